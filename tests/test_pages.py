"""The pages that people read: their code runs, their tables are what the declarations say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import code_blocks
import pytest
import tables

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("page", code_blocks.PAGES)
def test_code_blocks_run(page: str, tmp_path: Path) -> None:
    code_blocks.run(page, tmp_path)


@pytest.mark.parametrize("page", tables.SECTIONS)
def test_tables_are_up_to_date(page: str) -> None:
    """Otherwise run: tox -e tables."""
    assert (tables.ROOT / page).read_text(encoding="utf-8") == tables.written(
        page, tables.SECTIONS[page]
    )
