"""The pages about PyTorch and other libraries: their code runs, their tables are up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import code_blocks
import interop_tables
import pytest
import tables

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("page", interop_tables.SECTIONS)
def test_code_blocks_run(page: str, tmp_path: Path) -> None:
    code_blocks.run(page, tmp_path)


@pytest.mark.parametrize("page", interop_tables.SECTIONS)
def test_tables_are_up_to_date(page: str) -> None:
    """Otherwise run: tox -e interop-tables."""
    text = (tables.ROOT / page).read_text(encoding="utf-8")
    assert text == tables.written(page, interop_tables.SECTIONS[page])
