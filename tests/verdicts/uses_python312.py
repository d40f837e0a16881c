"""The uses that need the syntax of Python 3.12."""

from __future__ import annotations

from typing import assert_type

from stateful import Stateful
from tests.verdicts.declarations import BOUND, group, use
from tests.verdicts.shapes import OnlyStateDict
from tests.verdicts.uses import Counter

group("Bound, with the syntax of Python 3.12")


def same[T: Stateful](value: T) -> T:
    return value


@use("`def f[T: Stateful]`: the class comes back out")
def type_parameter(value: Counter) -> None:
    assert_type(same(value), Counter)


@use("`def f[T: Stateful]`: an object that is not stateful", rejected_by=BOUND)
def type_parameter_not_stateful(value: OnlyStateDict) -> None:
    """Write the method that is missing."""
    same(value)
