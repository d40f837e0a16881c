"""The README: its code runs, and its tables are what the declarations say."""

from __future__ import annotations

import code_blocks
import pytest
import tables


@pytest.mark.parametrize("page", code_blocks.PAGES)
def test_code_blocks_run(page: str) -> None:
    """The code blocks of a page run, from the first to the last."""
    exec(compile(code_blocks.python(page), page, "exec"), {"__name__": "page"})


@pytest.mark.parametrize("page", tables.SECTIONS)
def test_tables_are_up_to_date(page: str) -> None:
    """Otherwise run: tox -e tables."""
    assert (tables.ROOT / page).read_text(encoding="utf-8") == tables.written(page)
