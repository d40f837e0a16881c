"""The tables about the declarations: nothing is left out, and nothing is there twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pages.code_blocks import text
from tests.verdicts import shapes, tables
from tests.verdicts.checkers import CHECKERS

if TYPE_CHECKING:
    from tests.suite import Suite
    from tests.verdicts.declarations import Declaration


def rows(page: str) -> list[list[str]]:
    lines = [line for line in text(page).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_declaration_has_its_row(suite: Suite, declaration: Declaration) -> None:
    """One row with a verdict of each checker."""
    found = [
        row[-len(CHECKERS) :]
        for page in suite.tables
        for row in rows(page)
        if row[0] == declaration.title and len(row) > len(CHECKERS)
    ]
    assert found == [["✗" if checker in declaration.rejected_by else "✓" for checker in CHECKERS]]


def test_checkers_stand_above_their_verdicts(suite: Suite) -> None:
    headers = [row for page in suite.tables for row in rows(page) if "mypy" in row]
    assert headers
    assert all(header[-len(CHECKERS) :] == list(CHECKERS) for header in headers)


def test_class_at_a_glance_is_a_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    titles = [row[0] for row in rows("README.md")[2:]]
    assert len(titles) == len(tables.AT_A_GLANCE)
    monkeypatch.setattr(tables, "AT_A_GLANCE", [shapes.Exact, shapes.UntypedBase])
    with pytest.raises(KeyError):
        tables.at_a_glance()
