"""The pages that people read: their code runs, and their links lead somewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.pages import code_blocks
from tests.pages.code_blocks import MARKDOWN, PAGES
from tests.pages.links import anchors, relative_links
from tests.project import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("page", PAGES)
def test_code_blocks_run(page: str, tmp_path: Path) -> None:
    assert code_blocks.run(page, tmp_path)["reached_its_end"]


def test_every_block_is_code_and_keeps_its_lines() -> None:
    markdown = "# Page\n\n```python\none = 1\n```\n\n```sh\nls\n```\n\n```python\ntwo = 2\n```\n"
    assert code_blocks.code(markdown).splitlines() == [
        *["", "", "", "one = 1", "", "", "", "", "", "", "", "two = 2", ""]
    ]


@pytest.mark.parametrize("page", MARKDOWN)
def test_relative_links_lead_somewhere(page: str) -> None:
    for link in relative_links(code_blocks.text(page)):
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("beginning", ["a match is faster", "the import is cheaper"])
def test_figure_in_the_readme_is_a_promise(beginning: str) -> None:
    """What `tox -e bench` measured of it stands on the page."""
    page = code_blocks.text("docs/performance.md")
    [figure] = re.findall(rf"^\| {beginning}[^|]*\| ([^|]*) \|", page, re.MULTILINE)
    assert f"takes {figure} as long" in code_blocks.text("README.md")
