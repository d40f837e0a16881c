"""The pages that people read: their code runs, their tables and links are right."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest

from tests.pages import code_blocks
from tests.pages.links import anchors, relative_links
from tests.project import ROOT
from tests.verdicts import tables

if TYPE_CHECKING:
    from pathlib import Path

    from tests.suite import Suite

MARKDOWN = [
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", ".github/*.md", "docs/*.md")
    for path in sorted(ROOT.glob(pattern))
]


def test_code_blocks_run(page: str, tmp_path: Path) -> None:
    assert code_blocks.run(page, tmp_path)["reached_its_end"]


def test_every_page_with_code_belongs_to_a_suite() -> None:
    with_code = [page for page in MARKDOWN if "```python\n" in code_blocks.text(page)]
    for page in ("docs/shapes.md", "docs/uses.md"):
        with_code.remove(page)  # its code is that of tests/verdicts
    pages = [*code_blocks.PAGES, *code_blocks.INTEROP_PAGES, *code_blocks.ORBAX_PAGES]
    assert sorted(with_code) == sorted(pages)


def test_every_page_of_the_suite_is_type_checked(suite: Suite, page: str) -> None:
    assert code_blocks.file_name(page) in suite.checked()


def test_every_block_is_code_and_keeps_its_lines() -> None:
    markdown = "# Page\n\n```python\none = 1\n```\n\n```sh\nls\n```\n\n```python\ntwo = 2\n```\n"
    assert code_blocks.code(markdown).splitlines() == [
        *["", "", "", "one = 1", "", "", "", "", "", "", "", "two = 2", ""]
    ]


def test_tables_are_up_to_date(suite: Suite, page_with_tables: str) -> None:
    """Otherwise run: tox -e tables, or tox -e interop-tables."""
    text = code_blocks.text(page_with_tables)
    if "def f[T" in text and sys.version_info < (3, 12):
        pytest.skip("the uses that need the syntax of Python 3.12 are not declared below it")
    assert text == tables.rendered(page_with_tables, suite.tables[page_with_tables])


@pytest.mark.parametrize("linking", MARKDOWN)
def test_relative_links_lead_somewhere(linking: str) -> None:
    for link in relative_links(code_blocks.text(linking)):
        path, _, anchor = link.partition("#")
        target = (ROOT / linking).parent / path if path else ROOT / linking
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.parametrize("beginning", ["a match is faster", "the import is cheaper"])
def test_figure_in_the_readme_is_a_promise_that_is_kept(beginning: str) -> None:
    pattern = rf"^\| {beginning}[^|]*\| ([^|]*) \|[^|]*\| ✓ \|$"
    [figure] = re.findall(pattern, code_blocks.text("docs/performance.md"), re.MULTILINE)
    assert f"takes {figure} as long" in code_blocks.text("README.md")
