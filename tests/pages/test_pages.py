"""The pages that people read: their code runs, and the links of the README lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.pages import code_blocks
from tests.pages.code_blocks import PAGES
from tests.project import ROOT


@pytest.mark.parametrize("page", PAGES)
def test_code_blocks_run(page: str, tmp_path: Path) -> None:
    assert code_blocks.run(page, tmp_path)["reached_its_end"]


def test_every_block_is_code_and_keeps_its_lines() -> None:
    markdown = "# Page\n\n```python\none = 1\n```\n\n```sh\nls\n```\n\n```python\ntwo = 2\n```\n"
    assert code_blocks.code(markdown).splitlines() == [
        *["", "", "", "one = 1", "", "", "", "", "", "", "", "two = 2", ""]
    ]


def test_relative_links_of_the_readme_lead_somewhere() -> None:
    """Sphinx sees to those within the site, with their anchors."""
    for link in re.findall(r"\]\((?!https:)([^)#]+)", code_blocks.text("README.md")):
        assert (ROOT / link).exists(), link


@pytest.mark.parametrize("beginning", ["a match is faster", "the import is cheaper"])
def test_figure_in_the_readme_is_a_promise(beginning: str) -> None:
    """What `tox -e bench` measured of it stands on the page."""
    page = code_blocks.text("docs/performance.md")
    [figure] = re.findall(rf"^\| {beginning}[^|]*\| ([^|]*) \|", page, re.MULTILINE)
    assert f"takes {figure} as long" in code_blocks.text("README.md")
