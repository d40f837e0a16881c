"""Classes and protocols that inherit from `Stateful`."""

from __future__ import annotations

import copy
import inspect
import pickle
import pydoc
import subprocess
import sys
import typing
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Generic, TypeVar
from unittest.mock import create_autospec

import pytest
import typing_extensions
from typing_extensions import Self

from stateful import Stateful
from tests.verdicts.shapes import Exact, Nominal

T = TypeVar("T")


# A class has to have both methods.


@pytest.mark.parametrize("missing", ["state_dict", "load_state_dict"])
def test_incomplete_class_cannot_be_constructed(missing: str) -> None:
    methods = {"state_dict": dict, "load_state_dict": print}
    del methods[missing]
    incomplete = type("Incomplete", (Stateful,), methods)
    with pytest.raises(TypeError, match=rf"Incomplete .*\b{missing}\b"):
        incomplete()


def test_methods_may_come_from_different_classes() -> None:
    class Half(Stateful):
        def state_dict(self) -> dict[str, Any]:
            return {}

    class Whole(Half):
        def load_state_dict(self, state_dict: dict[str, Any]) -> None:
            pass

    assert isinstance(Whole(), Stateful)


# A method that is missing raises where construction does not.


@pytest.mark.parametrize("base", [dict, list, str, Exception, deque, Random])
def test_incomplete_subclass_of_a_built_in_type_raises_when_it_is_asked(base: type) -> None:
    """Only `object.__new__` looks for abstract methods, and these have a `__new__` of their own."""
    incomplete = type("Incomplete", (Stateful, base), {})()
    with pytest.raises(NotImplementedError):
        incomplete.state_dict()
    with pytest.raises(NotImplementedError):
        incomplete.load_state_dict({})


def test_super_has_no_state_to_give() -> None:
    class Extending(Nominal, Stateful):
        def state_dict(self) -> dict[str, Any]:
            return super(Nominal, self).state_dict()  # type: ignore[safe-super]

        def load_state_dict(self, state_dict: dict[str, Any]) -> None:
            super(Nominal, self).load_state_dict(state_dict)  # type: ignore[safe-super]

    with pytest.raises(NotImplementedError):
        Extending().state_dict()
    with pytest.raises(NotImplementedError):
        Extending().load_state_dict({})


# Construction is left to the class and its other bases.


class Named:
    def __init__(self, name: str, *, size: int = 1) -> None:
        self.name = name
        self.size = size


class Fixed:
    def __init__(self) -> None:
        self.fixed = True


class Closable(typing.Protocol):
    def close(self) -> None: ...


class StatefulFirst(Nominal, Stateful, Named):
    pass


class StatefulLast(Named, Nominal, Stateful):
    pass


class StatefulDirect(Stateful, Named):
    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        pass


class ProtocolBetween(Nominal, Closable, Named):
    def close(self) -> None: ...


DESCRIBED = [StatefulFirst, StatefulLast, StatefulDirect]
NAMED = [*DESCRIBED, ProtocolBetween]


@pytest.mark.parametrize("cls", DESCRIBED)
def test_signature_is_that_of_the_constructor_before_it_was_called(cls: type[Named]) -> None:
    untouched = type("Untouched", cls.__bases__, dict(vars(cls)))
    assert inspect.signature(untouched) == inspect.signature(Named)


def test_signature_without_a_constructor_is_empty() -> None:
    assert str(inspect.signature(Nominal)) == "()"


@pytest.mark.parametrize("cls", DESCRIBED)
def test_help_shows_the_constructor(cls: type[Named]) -> None:
    text = pydoc.plain(pydoc.render_doc(cls))
    assert "__init__(self, name: " in text
    assert "__init__(self, *args" not in text


@pytest.mark.parametrize("cls", NAMED)
def test_other_base_is_initialized(cls: type[Named]) -> None:
    value = cls("weights", size=2)
    assert (value.name, value.size) == ("weights", 2)


@pytest.mark.parametrize("cls", NAMED)
def test_other_base_gets_its_arguments_only(cls: Callable[..., object]) -> None:
    with pytest.raises(TypeError):
        cls()
    with pytest.raises(TypeError):
        cls("weights", color="red")


@pytest.mark.parametrize("cls", NAMED)
def test_autospec_checks_the_arguments_of_the_constructor(cls: type[Named]) -> None:
    mocked = create_autospec(cls)
    assert isinstance(mocked("weights"), Stateful)
    with pytest.raises(TypeError):
        mocked()


def test_bases_may_be_initialized_one_by_one() -> None:
    class OneByOne(Stateful, Named):
        def __init__(self) -> None:
            Stateful.__init__(self)
            Named.__init__(self, "weights")

        def state_dict(self) -> dict[str, Any]:
            return {}

        def load_state_dict(self, state_dict: dict[str, Any]) -> None:
            pass

    assert OneByOne().name == "weights"


def test_cooperating_bases_are_all_initialized() -> None:
    initialized = []

    class First:
        def __init__(self) -> None:
            initialized.append("first")
            super().__init__()

    class Last:
        def __init__(self) -> None:
            initialized.append("last")
            super().__init__()

    class Both(First, Nominal, Last):
        pass

    Both()
    assert initialized == ["first", "last"]


@pytest.mark.parametrize(("base", "argument"), [(str, "weights"), (tuple, (1, 2))])
def test_base_that_takes_its_arguments_in_new(base: type, argument: object) -> None:
    assert type("Tag", (Nominal, base), {})(argument) == argument


def test_base_that_takes_its_arguments_in_new_and_in_init() -> None:
    class Tag:
        made: str

        def __new__(cls, name: str) -> Self:
            tag = super().__new__(cls)
            tag.made = name
            return tag

        def __init__(self, name: str) -> None:
            self.name = name

    class Both(Nominal, Tag):
        pass

    assert vars(Both("weights")) == {"made": "weights", "name": "weights"}


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


def test_generic_is_named_after_it() -> None:
    names = {"Generic": Generic, "Stateful": Stateful, "T": T}
    exec("class Box(Stateful, Generic[T]): ...", names)
    with pytest.raises(TypeError):
        exec("class Box(Generic[T], Stateful): ...", names)


def test_class_with_a_metaclass_of_its_own_matches_without_inheriting() -> None:
    class Meta(type):
        pass

    class Own(Exact, metaclass=Meta):
        pass

    assert isinstance(Own(), Stateful)
    with pytest.raises(TypeError, match="metaclass conflict"):
        Meta("Inheriting", (Own, Stateful), {})


class Slotted(Stateful):
    __slots__ = ("count",)

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        pass


def test_class_with_slots_has_no_dict() -> None:
    assert not hasattr(Slotted(), "__dict__")


def test_dataclass_with_slots_has_no_dict() -> None:
    @dataclass(slots=True)
    class Counter(Slotted):
        size: int = 0

    assert not hasattr(Counter(), "__dict__")


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


class Plain(typing_extensions.Protocol):
    pass


class Extending(Stateful, typing_extensions.Protocol):
    pass


@pytest.mark.parametrize("protocol", [Plain, Extending])
def test_protocol_of_typing_extensions_is_named_after_the_other_base(protocol: Any) -> None:
    class Last(Exact, Named, protocol):  # type: ignore[misc]
        pass

    assert Last("weights").name == "weights"


def test_protocol_that_extends_it_ends_the_chain_as_any_of_typing_extensions_does() -> None:
    """The limit: whether it does depends on the versions, and `Stateful` has no part in it."""
    ends = [
        "__init__" in vars(protocol) and not vars(type("Before", (Exact, protocol, Fixed), {})())
        for protocol in (Plain, Extending)
    ]
    assert ends in ([True, True], [False, False])
    assert ends[0] or sys.version_info >= (3, 12)


@pytest.mark.skipif(sys.version_info < (3, 15), reason="Python 3.15 begins to warn")
@pytest.mark.parametrize("protocol", [typing.Protocol, typing_extensions.Protocol])
def test_protocol_that_extends_it_needs_its_own_decorator(protocol: Any) -> None:
    class Resettable(Stateful, protocol):  # type: ignore[misc]
        def reset(self) -> None: ...

    with pytest.warns(DeprecationWarning, match="isn't explicitly decorated"):
        isinstance(Exact(), Resettable)


EXTEND_WITH_TYPING = """
import typing, stateful

@typing.runtime_checkable
class Resettable(stateful.Stateful, typing.Protocol):
    def reset(self) -> None: ...

class Match:
    state_dict = load_state_dict = print

print(isinstance(Match(), stateful.Stateful))
print(isinstance(3, stateful.Stateful))
"""


def test_protocol_that_extends_it_with_the_protocol_of_typing() -> None:
    """Below 3.12 it breaks later checks of what is no match, in the whole process."""
    # In a process of its own, because it would break the other tests too.
    run = subprocess.run(
        [sys.executable, "-c", EXTEND_WITH_TYPING],
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
    if sys.version_info < (3, 12):
        assert run.stdout == "True\n"
        assert run.stderr.endswith(
            "TypeError: Protocols with non-method members don't support issubclass()\n"
        )
    else:
        assert run.stdout == "True\nFalse\n"
