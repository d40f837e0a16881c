"""The tables about the declarations: nothing is left out, and nothing is there twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.pages.code_blocks import text
from tests.verdicts import module_shape, shapes, tables
from tests.verdicts.checkers import CHECKERS
from tests.verdicts.declarations import SHAPES
from tests.verdicts.messages import recorded
from tests.verdicts.sources import code

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
        if re.sub(r"^\[(.*)\]\(.*\)$", r"\1", row[0]) == declaration.title
        if len(row) > len(CHECKERS)
    ]
    assert found == [["✗" if checker in declaration.rejected_by else "✓" for checker in CHECKERS]]


def test_checkers_stand_above_their_verdicts(suite: Suite) -> None:
    headers = [row for page in suite.tables for row in rows(page) if "mypy" in row]
    assert headers
    assert all(header[-len(CHECKERS) :] == list(CHECKERS) for header in headers)


def test_class_at_a_glance_is_a_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    titles = {row[0] for row in rows("README.md")}
    assert titles >= {shape.title for shape in SHAPES if shape.subject in tables.AT_A_GLANCE}
    monkeypatch.setattr(tables, "AT_A_GLANCE", [shapes.Exact, shapes.UntypedBase])
    with pytest.raises(KeyError):
        tables.at_a_glance()


def test_every_shape_has_its_code_and_its_advice() -> None:
    page = text("docs/shapes.md")
    for shape in SHAPES:
        _, heading, rest = page.partition(f"\n### {shape.title}\n")
        section = rest.partition("\n### ")[0]
        assert heading
        assert f"{shape.name}" in section or shape.subject is module_shape
        assert shape.reason in section
        assert shape.advice in section


def test_shape_is_shown_without_its_declaration() -> None:
    assert "@shape" not in text("docs/shapes.md")
    assert code(SHAPES[0]).startswith("class Exact:\n    def state_dict(self)")


def test_recorded_texts_are_on_the_pages() -> None:
    page = text("docs/shapes.md")
    for texts in recorded().values():
        assert texts
        for shape in SHAPES:
            assert texts.get(shape.name, "") in page
    assert 'Parameter name mismatch: "state_dict" versus "state"' in text("docs/errors.md")
    assert '"X" is missing following "Stateful" protocol member' in text("docs/errors.md")
