"""Classes and protocols that name `Stateful` as a base."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import typing
from dataclasses import dataclass
from typing import Any, Callable, Generic, TypeVar

import pytest
import typing_extensions
from shapes import Exact, Nominal

from stateful import Stateful

T = TypeVar("T")


# A class has to have both methods.


@pytest.mark.parametrize("missing", ["state_dict", "load_state_dict"])
def test_incomplete_class_cannot_be_constructed(missing: str) -> None:
    methods = {"state_dict": dict, "load_state_dict": print}
    del methods[missing]
    incomplete = type("Incomplete", (Stateful,), methods)
    with pytest.raises(TypeError, match=rf"Incomplete .*\b{missing}\b"):
        incomplete()


def test_methods_of_a_base_that_comes_later_do_not_count() -> None:
    """They would be shadowed: `state_dict()` would return None and the state would be lost."""

    class Shadowed(Stateful, Exact):
        pass

    with pytest.raises(TypeError, match="abstract class Shadowed"):
        Shadowed()  # type: ignore[abstract]


def test_methods_of_a_base_that_comes_first_count() -> None:
    class Complete(Exact, Stateful):
        pass

    assert isinstance(Complete(), Stateful)


def test_methods_may_come_from_different_classes() -> None:
    class Half(Stateful):
        def state_dict(self) -> dict[str, Any]:
            return {}

    class Whole(Half):
        def load_state_dict(self, state_dict: dict[str, Any]) -> None:
            pass

    assert isinstance(Whole(), Stateful)


# Construction is left to the class and its other bases.


class Named:
    def __init__(self, name: str, *, size: int = 1) -> None:
        self.name = name
        self.size = size


class StatefulFirst(Nominal, Stateful, Named):
    pass


class StatefulLast(Named, Nominal, Stateful):
    pass


class StatefulDirect(Stateful, Named):
    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        pass


NAMED = [StatefulFirst, StatefulLast, StatefulDirect]


@pytest.mark.parametrize("cls", NAMED)
def test_other_base_is_initialised(cls: type[Named]) -> None:
    value = cls("weights", size=2)
    assert (value.name, value.size) == ("weights", 2)


@pytest.mark.parametrize("cls", NAMED)
def test_other_base_gets_its_arguments_only(cls: Callable[..., object]) -> None:
    with pytest.raises(TypeError):
        cls()
    with pytest.raises(TypeError):
        cls("weights", colour="red")


def test_cooperating_bases_are_all_initialised() -> None:
    initialised = []

    class First:
        def __init__(self) -> None:
            initialised.append("first")
            super().__init__()

    class Last:
        def __init__(self) -> None:
            initialised.append("last")
            super().__init__()

    class Both(First, Nominal, Last):
        pass

    Both()
    assert initialised == ["first", "last"]


def test_base_that_takes_its_arguments_in_new() -> None:
    class Tag(Nominal, str):
        __slots__ = ()

    assert Tag("weights") == "weights"


def test_class_without_init_takes_no_arguments() -> None:
    with pytest.raises(TypeError):
        Nominal("weights")  # type: ignore[call-arg]


def test_dataclass() -> None:
    @dataclass
    class Counter(Stateful):
        count: int = 0

        def state_dict(self) -> dict[str, Any]:
            return {"count": self.count}

        def load_state_dict(self, state_dict: dict[str, Any]) -> None:
            self.count = state_dict["count"]

    counter = Counter()
    counter.load_state_dict(Counter(3).state_dict())
    assert counter == Counter(3)


def test_generic_class() -> None:
    class Box(Stateful, Generic[T]):
        def __init__(self, content: T) -> None:
            self.content = content

        def state_dict(self) -> dict[str, Any]:
            return {"content": self.content}

        def load_state_dict(self, state_dict: dict[str, Any]) -> None:
            self.content = state_dict["content"]

    assert Box[int](3).state_dict() == {"content": 3}


@pytest.mark.parametrize("cls", NAMED)
def test_instances_can_be_copied_and_pickled(cls: type[Named]) -> None:
    value = cls("weights")
    for twin in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert vars(twin) == vars(value)
        assert isinstance(twin, Stateful)


# Protocols that extend it.


@pytest.mark.parametrize(
    "runtime_checkable", [typing.runtime_checkable, typing_extensions.runtime_checkable]
)
def test_protocol_that_extends_it(runtime_checkable: Callable[[type], type]) -> None:
    class Resettable(Stateful, typing_extensions.Protocol):
        def reset(self) -> None: ...

    class Both(Exact):
        def reset(self) -> None: ...

    checkable = runtime_checkable(Resettable)
    assert isinstance(Both(), checkable)
    assert not isinstance(Exact(), checkable)
    assert isinstance(Both(), Stateful)


def test_protocol_that_extends_it_leaves_construction_alone() -> None:
    class Resettable(Stateful, typing_extensions.Protocol):
        def reset(self) -> None: ...

    class Both(Exact, Resettable, Named):
        def reset(self) -> None: ...

    assert Both("weights").name == "weights"


EXTEND_WITH_TYPING = """
import typing, stateful

@typing.runtime_checkable
class Resettable(stateful.Stateful, typing.Protocol):
    def reset(self) -> None: ...

print(isinstance(3, stateful.Stateful), isinstance(3, Resettable))
"""


def test_protocol_that_extends_it_with_the_protocol_of_typing() -> None:
    """Below 3.12 it breaks every later check, of both protocols, and loudly."""
    # In a process of its own, because it would break the other tests too.
    run = subprocess.run(
        [sys.executable, "-c", EXTEND_WITH_TYPING],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    if sys.version_info < (3, 12):
        assert "TypeError: Protocols with non-method members" in run.stderr
    else:
        assert run.stdout == "False False\n"
