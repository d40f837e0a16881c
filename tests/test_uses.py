"""What type checkers accept also runs."""

from __future__ import annotations

import inspect

import pytest
import uses
from declarations import USES, Declaration

ACCEPTED = [use for use in USES if not use.refused_by]


@pytest.mark.parametrize("use", ACCEPTED, ids=lambda use: use.name)
def test_accepted_use_runs(use: Declaration) -> None:
    use.subject(*(uses.Counter() for _ in inspect.signature(use.subject).parameters))
