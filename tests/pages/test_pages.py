"""The pages that people read: their code runs, and survives what people do to it."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.classes import Counter, Keeper, View
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


def test_copied_state_is_not_shared(tmp_path: Path) -> None:
    source, target = View(), Keeper()
    code_blocks.run("README.md", tmp_path)["copy_state"](source, target)
    target.values[0] = 99
    assert source.values == [0]


def test_class_is_left_as_it_is(tmp_path: Path) -> None:
    assert code_blocks.run("README.md", tmp_path)["saved"](Counter) is Counter


def test_three_newest_generations_are_kept_and_a_damaged_one_is_left_out(tmp_path: Path) -> None:
    names: dict[str, Any] = code_blocks.run("docs/checkpointer.md", tmp_path)
    folder = tmp_path / "generations"
    folder.mkdir()
    (folder / "config.json").touch()
    for step in range(9, 13):
        names["write_generation"](folder, {"step": step})
    assert sorted(file.stem for file in folder.iterdir()) == [
        "config",
        "save-000000002",
        "save-000000003",
        "save-000000004",
    ]
    assert names["read_newest"](folder) == {"step": 12}
    (folder / "save-000000004.json").write_text('{"step":', encoding="utf-8")
    assert names["read_newest"](folder) == {"step": 11}
