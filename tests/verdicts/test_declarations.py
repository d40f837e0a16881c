"""The declarations themselves: what they leave to say, and that accepted uses run."""

from __future__ import annotations

import inspect
import typing

import pytest

from tests.suite import Suite
from tests.verdicts.checkers import CHECKERS, Finding
from tests.verdicts.declarations import (
    ASSIGNMENT,
    SHAPES,
    USES,
    Declaration,
    Rejections,
    Shape,
    Use,
    all_but,
    assignments,
    only,
)
from tests.verdicts.uses import Counter


def test_difference_between_checkers_has_its_reason(declaration: Declaration) -> None:
    differ = 0 < len(declaration.rejected_by) < len(CHECKERS)
    assert bool(declaration.difference) is differ


def test_shape_has_its_reason_in_a_line() -> None:
    assert [shape.name for shape in SHAPES if len(shape.reason.splitlines()) != 1] == []


@pytest.mark.parametrize("declared", [*SHAPES, *USES], ids=lambda declared: declared.name)
def test_what_is_rejected_has_its_advice(declared: Shape | Use) -> None:
    """Where `isinstance` or a checker says no, the docstring says what to do."""
    no_match = isinstance(declared, Shape) and declared.run_time is not True
    assert bool(declared.advice) is (no_match or bool(declared.rejected_by))


@pytest.mark.parametrize(
    "accepted", [use for use in USES if not use.rejected_by], ids=lambda use: use.name
)
def test_accepted_use_runs(accepted: Use) -> None:
    accepted.subject(*(Counter() for _ in inspect.signature(accepted.subject).parameters))


def test_generic_shape_is_made_with_a_type_argument() -> None:
    [shape] = [shape for shape in SHAPES if shape.name == "GenericClass"]
    assert typing.get_args(shape.make().__orig_class__) == (int,)


def test_shape_is_assigned_in_its_line(suite: Suite) -> None:
    """What a checker is asked about is what `isinstance` was asked about."""
    lines = assignments(suite.shapes).splitlines()
    assigned = [lines[line - 1] for shape in suite.shapes for line in shape.lines]
    assert assigned == [f"value = {shape.expression}" for shape in suite.shapes]


@pytest.mark.parametrize(
    ("rejected_by", "finding", "disagrees"),
    [
        ({"mypy": "arg-type"}, Finding("uses.py", 4, "arg-type", ""), False),
        ({"mypy": "arg-type"}, Finding("uses.py", 4, "assignment", ""), True),
        ({"mypy": "arg-type"}, Finding("uses.py", 5, "arg-type", ""), True),
        ({"mypy": "arg-type"}, Finding("other.py", 4, "arg-type", ""), True),
        ({"zuban": "arg-type"}, Finding("uses.py", 5, "arg-type", ""), False),
        ({"zuban": "arg-type"}, Finding("uses.py", 4, "arg-type", ""), True),
    ],
)
def test_disagreement(rejected_by: Rejections, finding: Finding, *, disagrees: bool) -> None:
    declared = Declaration(
        "group", "name", "title", rejected_by, "", "", "", "uses.py", range(3, 5), None
    )
    assert bool(declared.disagreement("mypy", [finding])) is disagrees


def test_unknown_checker_has_no_rejections() -> None:
    assert only(ASSIGNMENT, "ty").keys() == {"ty"}
    assert all_but(ASSIGNMENT, "ty").keys() == CHECKERS.keys() - {"ty"}
    with pytest.raises(KeyError):
        only(ASSIGNMENT, "mypi")
    with pytest.raises(KeyError):
        all_but(ASSIGNMENT, "mypi")
