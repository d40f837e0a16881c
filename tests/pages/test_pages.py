"""The pages that people read: their code runs, and survives what people do to it."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest

from tests.classes import Counter, Interrupted, Keeper, View
from tests.pages import code_blocks
from tests.pages.code_blocks import PAGES
from tests.project import ROOT, read_text


@pytest.mark.parametrize("page", PAGES)
def test_code_blocks_run(page: str, tmp_path: Path) -> None:
    assert code_blocks.run(page, tmp_path)["reached_its_end"]


def test_links_of_the_readme_lead_somewhere() -> None:
    """Relative ones, or whole ones as a release has them. Sphinx sees to the anchors."""
    for link in re.findall(r"\]\(([^)#]+)", read_text("README.md")):
        path = re.search(r"(?:docs|\.github)/.*|LICENSE$", link)
        assert (ROOT / path[0]).exists() if path else link.startswith("https://"), link


@pytest.mark.parametrize("beginning", ["a match is faster", "the import is cheaper"])
def test_figure_in_the_readme_is_a_promise(beginning: str) -> None:
    """What `tox -e bench` measured of it stands on the page."""
    page = read_text("docs/performance.md")
    [figure] = re.findall(rf"^\| {beginning}[^|]*\| ([^|]*) \|", page, re.MULTILINE)
    assert f"takes {figure} as long" in read_text("README.md")


# What pages tell people to copy


@pytest.fixture
def using(tmp_path: Path) -> dict[str, Any]:
    return code_blocks.run("docs/using.md", tmp_path)


@pytest.mark.parametrize("cls", [View, Keeper])
def test_group_that_is_interrupted_goes_back(cls: type[View], using: dict[str, Any]) -> None:
    group = using["Group"](part=cls(), interrupted=Interrupted())
    with pytest.raises(KeyboardInterrupt):
        group.load_state_dict({"part": {"values": [99]}, "interrupted": {"values": [99]}})
    assert group.state_dict()["part"] == {"values": [0]}


def test_group_that_does_not_fit_goes_back(using: dict[str, Any]) -> None:
    group = using["Group"](view=View(), inner=using["Group"](view=View(), counter=Counter()))
    before = copy.deepcopy(group.state_dict())
    misfit = {"view": {"values": [99]}, "inner": {"view": {"values": [99]}, "counter": {}}}
    message = r"inner does not fit \(ValueError: counter does not fit \(KeyError: 'count'\)\)"
    with pytest.raises(ValueError, match=message):
        group.load_state_dict(misfit)
    assert group.state_dict() == before


@pytest.mark.parametrize("page", ["README.md", "docs/using.md"])
def test_copied_state_is_not_shared(page: str, tmp_path: Path) -> None:
    names = code_blocks.run(page, tmp_path)
    source, target = View(), Keeper()
    if page == "README.md":
        names["copy_state"](source, target)
    else:
        names["Group"](part=target).load_state_dict(names["Group"](part=source).state_dict())
    target.values[0] = 99
    assert source.values == [0]


def test_part_of_a_group_may_have_any_name(using: dict[str, Any]) -> None:
    assert using["Group"](self=View()).state_dict() == {"self": {"values": [0]}}
