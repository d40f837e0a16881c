"""What `isinstance` and `issubclass` answer: whether both attributes are there."""

from __future__ import annotations

import gc
import sys
import textwrap
import weakref
from types import SimpleNamespace
from typing import Any, Optional, Union
from unittest.mock import MagicMock, Mock

import pytest
import wrapt

from stateful import Stateful
from tests.verdicts import shapes
from tests.verdicts.declarations import Shape
from tests.verdicts.shapes import Exact


def test_shape(shape: Shape) -> None:
    """Each shape gets the answer that it is declared with."""
    if isinstance(shape.run_time, bool):
        assert isinstance(shape.make(), Stateful) is shape.run_time
    else:
        with pytest.raises(shape.run_time):
            shape.make()


# Where a member may be found.


def test_attributes_of_the_instance_count() -> None:
    assert isinstance(SimpleNamespace(state_dict=dict, load_state_dict=print), Stateful)


def test_one_member_may_be_on_the_class_and_the_other_on_the_instance() -> None:
    whole = shapes.OnlyStateDict()
    vars(whole)["load_state_dict"] = print
    assert isinstance(whole, Stateful)
    assert not isinstance(shapes.OnlyStateDict(), Stateful)


@pytest.mark.parametrize("other", [0, "", [], NotImplemented])
def test_any_value_but_none_counts(other: object) -> None:
    assert isinstance(SimpleNamespace(state_dict=other, load_state_dict=other), Stateful)
    assert not isinstance(SimpleNamespace(state_dict=other, load_state_dict=None), Stateful)


def test_slots_count_even_while_they_are_empty() -> None:
    class Slotted:
        __slots__ = ("load_state_dict", "state_dict")

    assert isinstance(Slotted(), Stateful)


def test_methods_of_a_metaclass_count_for_its_classes_only() -> None:
    class Meta(type):
        def state_dict(cls) -> None: ...
        def load_state_dict(cls) -> None: ...

    class Class(metaclass=Meta):
        pass

    value = Class()
    assert not isinstance(value, Stateful)
    assert isinstance(Class, Stateful)


# The object's own code does not run.


def test_property_is_not_evaluated() -> None:
    class Raising:
        @property
        def state_dict(self) -> None:
            raise AssertionError

        @property
        def load_state_dict(self) -> None:
            raise AssertionError

    assert isinstance(Raising(), Stateful)


def test_getattr_is_not_called() -> None:
    class Delegating:
        def __getattr__(self, name: str) -> object:
            raise AssertionError

    assert not isinstance(Delegating(), Stateful)


def test_getattribute_is_asked_for_the_class_only() -> None:
    asked = []

    class Asked(Exact):
        def __getattribute__(self, name: str) -> Any:
            asked.append(name)
            return super().__getattribute__(name)

    assert isinstance(Asked(), Stateful)
    assert set(asked) <= {"__class__"}


def test_methods_are_not_called() -> None:
    class Raising:
        def state_dict(self) -> dict[str, Any]:
            raise AssertionError

        def load_state_dict(self, state_dict: dict[str, Any]) -> None:
            raise AssertionError

    assert isinstance(Raising(), Stateful)


# Proxies and mocks.


def test_weak_proxy_matches_while_its_object_lives() -> None:
    value = Exact()
    proxy = weakref.proxy(value)
    assert isinstance(proxy, Stateful)
    del value
    gc.collect()
    with pytest.raises(ReferenceError):
        isinstance(proxy, Stateful)


def test_transparent_proxy_matches_if_its_object_does() -> None:
    assert isinstance(wrapt.ObjectProxy(Exact()), Stateful)
    assert not isinstance(wrapt.ObjectProxy(object()), Stateful)


@pytest.mark.parametrize("mock", [Mock, MagicMock])
def test_mock_matches_if_it_is_given_what_to_mock(mock: type[Mock]) -> None:
    assert isinstance(mock(spec=Exact), Stateful)
    assert isinstance(mock(spec=Stateful), Stateful)
    assert not isinstance(mock(), Stateful)


# Other objects.


@pytest.mark.parametrize("other", [None, 0, "state_dict", {"state_dict": 0}, dict, object()])
def test_other_objects_do_not_match(other: object) -> None:
    assert not isinstance(other, Stateful)


def test_registered_class_matches_with_its_subclasses() -> None:
    class Registered:
        pass

    class Inheriting(Registered):
        pass

    assert not isinstance(Registered(), Stateful)
    Stateful.register(Registered)
    assert isinstance(Registered(), Stateful)
    assert isinstance(Inheriting(), Stateful)


# The forms in which the question can be asked.


def test_issubclass_looks_at_the_class() -> None:
    assert issubclass(Exact, Stateful)
    assert not issubclass(shapes.OnlyStateDict, Stateful)
    assert not issubclass(shapes.NoneMember, Stateful)
    assert not issubclass(shapes.CallableInstanceAttributes, Stateful)


def test_answer_about_a_class_is_remembered() -> None:
    class Shrinking:
        state_dict = load_state_dict = print

    assert isinstance(Shrinking(), Stateful)
    del Shrinking.state_dict
    assert isinstance(Shrinking(), Stateful)


def test_issubclass_wants_a_class() -> None:
    with pytest.raises(TypeError):
        issubclass(Exact(), Stateful)  # type: ignore[arg-type]


def test_tuple_of_classes() -> None:
    assert isinstance(Exact(), (int, Stateful))
    assert not isinstance("", (int, Stateful))


@pytest.mark.skipif(sys.version_info < (3, 10), reason="unions can be checked from Python 3.10 on")
@pytest.mark.parametrize("union", [Optional[Stateful], Union[None, Stateful]])
def test_union(union: Any) -> None:
    assert isinstance(Exact(), union)
    assert isinstance(None, union)
    assert not isinstance(0, union)


@pytest.mark.skipif(sys.version_info < (3, 10), reason="X | None is a type from Python 3.10 on")
def test_optional_written_with_a_bar() -> None:
    assert isinstance(None, Stateful | None)
    assert isinstance(Exact(), None | Stateful)


@pytest.mark.skipif(sys.version_info < (3, 10), reason="match is a statement from Python 3.10 on")
@pytest.mark.parametrize(("value", "expected"), [(Exact(), {}), (3, None)])
def test_match_statement(value: object, expected: object) -> None:
    names: dict[str, Any] = {"value": value, "Stateful": Stateful}
    exec(  # as text, because Python 3.9 cannot parse it
        textwrap.dedent(
            """
            match value:
                case Stateful() as stateful:
                    result = stateful.state_dict()
                case _:
                    result = None
            """
        ),
        names,
    )
    assert names["result"] == expected
