"""Classes and protocols that inherit from `Stateful`."""

import inspect
import sys
import typing
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from types import new_class
from typing import Any, Generic, TypeVar

import pytest
import typing_extensions

from stateful import Stateful
from tests.verdicts.shapes import Exact, Nominal, OnlyGetattr

T = TypeVar("T")

# A class has to have both methods.


class OnlySaves(Stateful):
    def state_dict(self) -> dict[str, Any]:
        return {}


class OnlyLoads(Stateful):
    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


@pytest.mark.parametrize(
    ("cls", "missing"), [(OnlySaves, "load_state_dict"), (OnlyLoads, "state_dict")]
)
def test_incomplete_class_cannot_be_constructed(cls: type, missing: str) -> None:
    with pytest.raises(TypeError, match=rf"{cls.__name__} .*\b{missing}\b"):
        cls()


@pytest.mark.parametrize("base", [dict, list, str, Exception, deque, Random])
def test_incomplete_subclass_of_a_built_in_type_raises_when_it_is_asked(base: type) -> None:
    """Only `object.__new__` looks for abstract methods, and these have a `__new__` of their own."""
    incomplete = type("Incomplete", (Stateful, base), {})()
    with pytest.raises(NotImplementedError):
        incomplete.state_dict()
    with pytest.raises(NotImplementedError):
        incomplete.load_state_dict({})


class Late(Stateful):
    """Its methods are set when it is constructed."""

    def __init__(self) -> None:
        vars(self)["state_dict"] = dict
        vars(self)["load_state_dict"] = print


class Wrapper(OnlyGetattr, Stateful):
    """Its methods are reached by `__getattr__`."""


@pytest.mark.parametrize("cls", [Late, Wrapper])
def test_methods_have_to_be_in_the_class(cls: type) -> None:
    with pytest.raises(TypeError, match=f"abstract class {cls.__name__}"):
        cls()


# Construction is left to the class and its other bases.


class Named:
    def __init__(self, name: str, *, size: int = 1) -> None:
        self.name = name
        self.size = size


class Closable(typing.Protocol):
    def close(self) -> None: ...


class StatefulFirst(Stateful, Named):
    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


class StatefulLast(Named, Nominal): ...


class ProtocolBetween(Nominal, Closable, Named):
    def close(self) -> None: ...


class OneByOne(Nominal, Named):
    def __init__(self, name: str, *, size: int = 1) -> None:
        Stateful.__init__(self)
        Named.__init__(self, name, size=size)


NAMED = [StatefulFirst, StatefulLast, ProtocolBetween, OneByOne]


@pytest.mark.parametrize("cls", [StatefulFirst, StatefulLast])
def test_signature_is_that_of_the_constructor_before_it_was_called(cls: type[Named]) -> None:
    untouched = type("Untouched", cls.__bases__, dict(vars(cls)))
    assert inspect.signature(untouched) == inspect.signature(Named)


@pytest.mark.parametrize("cls", NAMED)
def test_other_base_is_initialized_with_its_arguments_only(cls: Callable[..., Named]) -> None:
    value = cls("weights", size=2)
    assert (value.name, value.size) == ("weights", 2)
    with pytest.raises(TypeError):
        cls("weights", color="red")


@pytest.mark.parametrize(("base", "argument"), [(str, "weights"), (tuple, (1, 2))])
def test_base_that_takes_its_arguments_in_new(base: type, argument: object) -> None:
    assert type("Tag", (Nominal, base), {})(argument) == argument


@pytest.mark.skipif(
    inspect.signature(type(Stateful)).parameters["name"].kind is inspect.Parameter.POSITIONAL_ONLY,
    reason="this version of typing_extensions or Python takes the keyword",
)
def test_class_keyword_called_name_is_taken() -> None:
    class Registered:
        def __init_subclass__(cls, name: str) -> None: ...

    with pytest.raises(TypeError, match="got multiple values for argument 'name'"):
        new_class("C", (Registered, Stateful), {"name": "c"})


def test_generic_is_named_after_it() -> None:
    class Box(Nominal, Generic[T]):
        def __init__(self, content: T) -> None:
            self.content = content

    assert Box[int](3).content == 3


def test_dataclass_with_slots_has_no_dict() -> None:
    @dataclass(slots=True)
    class Counter(Stateful):
        count: int = 0

        def state_dict(self) -> dict[str, Any]:
            return {"count": self.count}

        def load_state_dict(self, state_dict: dict[str, Any]) -> None:
            self.count = state_dict["count"]

    counter = Counter()
    counter.load_state_dict(Counter(3).state_dict())
    assert counter == Counter(3)
    assert not hasattr(counter, "__dict__")
    assert vars(Stateful)["__slots__"] == ()


# Protocols that extend it.


@typing_extensions.runtime_checkable
class Resettable(Stateful, typing_extensions.Protocol):
    def reset(self) -> None: ...


class Plain(typing_extensions.Protocol): ...


class Match(Exact):
    def reset(self) -> None: ...


def test_protocol_that_extends_it_wants_its_own_member_too() -> None:
    assert isinstance(Match(), Resettable)
    assert not isinstance(Exact(), Resettable)


def test_protocol_that_extends_it_is_named_after_the_other_base() -> None:
    class Last(Match, Named, Resettable): ...

    assert Last("weights").name == "weights"


@pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="from Python 3.12 on it depends on typing_extensions"
)
@pytest.mark.parametrize("protocol", [Plain, Resettable])
def test_protocol_of_typing_extensions_ends_the_chain_of_init(protocol: Any) -> None:
    """Once this fails on every Python, `Stateful` need not delete its `__init__` any more."""

    class Net(Match, protocol, Named):  # type: ignore[misc]
        pass

    assert vars(Net("weights")) == {}
