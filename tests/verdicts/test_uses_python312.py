"""The uses that need the syntax of Python 3.12."""

from typing import assert_type

import pytest

from stateful import Stateful
from tests.classes import Counter
from tests.verdicts.shapes import OnlyStateDict


def same[T: Stateful](value: T) -> T:
    value.load_state_dict(value.state_dict())
    return value


def test_type_parameter_gives_the_class_back() -> None:
    assert_type(same(Counter()), Counter)


def test_type_parameter_of_an_object_that_is_not_stateful() -> None:
    with pytest.raises(AttributeError):
        same(OnlyStateDict())  # E
