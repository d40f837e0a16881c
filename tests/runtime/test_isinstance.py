"""What `isinstance` and `issubclass` answer, beside the rule in `test_matching_rule.py`."""

import contextlib
import gc
import sys
import weakref
from typing import Any
from unittest.mock import MagicMock, Mock

import pytest

from stateful import Stateful
from tests.classes import Copy
from tests.verdicts import shapes
from tests.verdicts.shapes import Exact, NoneMember, OnlyGetattr, OnlyStateDict


@pytest.mark.parametrize("name", shapes.__annotations__)
def test_shape_matches_whatever_its_signatures_unless_a_method_is_missing(name: str) -> None:
    value = getattr(shapes, name)
    is_without = any(value is other for other in shapes.NO_MATCH)
    assert isinstance(value, Stateful) is not is_without


# Proxies and mocks


def test_weak_proxy_matches_while_its_object_lives() -> None:
    value = Exact()
    proxy = weakref.proxy(value)
    assert isinstance(proxy, Stateful)
    del value
    gc.collect()
    with pytest.raises(ReferenceError):
        isinstance(proxy, Stateful)


@pytest.mark.parametrize("cls", [Exact, OnlyStateDict])
def test_proxy_matches_if_the_class_that_it_names_does(cls: type) -> None:
    proxy = type("Proxy", (), {"__class__": property(lambda _: cls)})()
    assert isinstance(proxy, Stateful) is (cls is Exact)


@pytest.mark.parametrize("mock", [Mock, MagicMock])
def test_mock_matches_if_it_is_given_what_to_mock(mock: type[Mock]) -> None:
    assert isinstance(mock(spec=Exact), Stateful)
    assert isinstance(mock(spec=Stateful), Stateful)
    assert not isinstance(mock(), Stateful)


# Classes


def test_registered_class_matches_with_its_subclasses() -> None:
    class Registered: ...

    class Inheriting(Registered): ...

    assert not isinstance(Registered(), Stateful)
    Stateful.register(Registered)
    assert isinstance(Registered(), Stateful)
    assert isinstance(Inheriting(), Stateful)


def test_answer_about_a_class_is_remembered() -> None:
    class Shrinking:
        state_dict = load_state_dict = print

    assert isinstance(Shrinking(), Stateful)
    del Shrinking.state_dict
    assert isinstance(Shrinking(), Stateful)


# A copy of the protocol, made with `typing`


def test_either_stands_for_the_other() -> None:
    assert isinstance(Exact(), Copy)
    assert issubclass(Stateful, Copy)
    assert issubclass(Copy, Stateful)


@pytest.mark.parametrize("value", [OnlyGetattr(), Mock()])
def test_only_a_copy_asks_what_delegates_or_is_a_mock(value: object) -> None:
    assert isinstance(value, Copy) is (sys.version_info < (3, 12))
    assert not isinstance(value, Stateful)


# What the README says of other alternatives


def test_hasattr_takes_none_for_a_method() -> None:
    assert hasattr(NoneMember(), "load_state_dict")
    assert not isinstance(NoneMember(), Stateful)


def test_hasattr_runs_a_property_and_below_python_3_12_a_copy_does() -> None:
    class Raising:
        def __init__(self) -> None:
            self.load_state_dict = print

        @property
        def state_dict(self) -> Any:
            raise LookupError

    assert isinstance(Raising(), Stateful)
    with pytest.raises(LookupError):
        hasattr(Raising(), "state_dict")
    with pytest.raises(LookupError) if sys.version_info < (3, 12) else contextlib.nullcontext():
        isinstance(Raising(), Copy)
