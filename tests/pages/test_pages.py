"""The pages that people read: their code runs, and survives what people do to it."""

import re
from pathlib import Path

import pytest

from tests.classes import Counter, Keeper, View
from tests.pages import content
from tests.pages.content import ALL_PAGES, PAGES
from tests.project import ROOT, read_text


@pytest.mark.parametrize("page", PAGES)
def test_code_blocks_run(page: str, tmp_path: Path) -> None:
    assert content.run(page, tmp_path)["reached_its_end"]


@pytest.mark.parametrize("page", ALL_PAGES)
def test_relative_links_lead_somewhere_on_github(page: str) -> None:
    for link in re.findall(r"\]\((?!https:)([^)\s]+)\)", read_text(page)):
        path, _, anchor = link.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        assert file.exists(), f"{page}: {link}"
        assert not anchor or anchor in content.anchors(file), f"{page}: {link}"


def test_copied_state_is_not_shared(tmp_path: Path) -> None:
    source, target = View(), Keeper()
    content.run("README.md", tmp_path)["copy_state"](source, target)
    target.values[0] = 99
    assert source.values == [0]


def test_class_is_left_as_it_is(tmp_path: Path) -> None:
    assert content.run("README.md", tmp_path)["saved"](Counter) is Counter


def test_incomplete_subclass_of_a_copy_loses_its_state(tmp_path: Path) -> None:
    shown = content.run("docs/migrating.md", tmp_path)
    shown["state_that_is_lost"](shown["Half"]())
