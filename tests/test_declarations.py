"""The declarations themselves: what they leave to say, and that accepted uses run."""

from __future__ import annotations

import inspect

import pytest
import uses
from checkers import CHECKERS
from declarations import SHAPES, USES, Declaration


@pytest.mark.parametrize("declaration", SHAPES + USES, ids=lambda declaration: declaration.name)
def test_difference_between_checkers_has_its_reason(declaration: Declaration) -> None:
    differ = 0 < len(declaration.refused_by) < len(CHECKERS)
    assert bool(declaration.difference) is differ


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_shape_has_its_reason_in_a_line(shape: Declaration) -> None:
    assert len(shape.reason.splitlines()) == 1


@pytest.mark.parametrize(
    "use", [use for use in USES if not use.refused_by], ids=lambda use: use.name
)
def test_accepted_use_runs(use: Declaration) -> None:
    use.subject(*(uses.Counter() for _ in inspect.signature(use.subject).parameters))
