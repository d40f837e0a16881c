"""The uses of the protocol but for the check: annotation, bound, inheritance.

Type checkers are asked about the lines that end in `# E`, as in `shapes.py`, and about all others.
Every use is also run.
"""

import inspect
from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

import pytest
from typing_extensions import assert_type, final

from stateful import Stateful, StatefulT
from tests.classes import Counter
from tests.verdicts.shapes import OnlyStateDict

T = TypeVar("T")
StatefulT_co = TypeVar("StatefulT_co", bound=Stateful, covariant=True)


def any_stateful() -> Stateful:
    """Return a value of which checkers know nothing but the protocol."""
    return Counter()


# Annotation


def copy_state(source: Stateful, target: Stateful) -> None:
    target.load_state_dict(source.state_dict())


def test_argument() -> None:
    counter = Counter()
    copy_state(Counter(2), counter)
    assert counter.count == 2
    with pytest.raises(AttributeError):
        copy_state(any_stateful(), OnlyStateDict())  # E


def test_calls_of_the_two_methods() -> None:
    value = any_stateful()
    state = value.state_dict()
    assert_type(state, dict[str, Any])
    value.load_state_dict(state)
    value.load_state_dict(state_dict=state)


def test_calls_that_do_not_fit() -> None:
    value = any_stateful()
    with pytest.raises(TypeError):
        value.load_state_dict([("count", 1)])  # E
    integer_keys: dict[int, Any] = {1: 2}
    with pytest.raises(KeyError):
        value.load_state_dict(integer_keys)  # E
    with pytest.raises(TypeError):
        value.load_state_dict()  # E
    with pytest.raises(TypeError):
        value.state_dict("prefix")  # E
    with pytest.raises(TypeError):
        Stateful()  # E
    value.count = 2  # E


# Bound


def restored(target: StatefulT, state: dict[str, Any]) -> StatefulT:
    target.load_state_dict(state)
    return target


def construct(factory: Callable[[], StatefulT]) -> StatefulT:
    return factory()


def construct_class(cls: type[StatefulT]) -> StatefulT:
    return cls()


def first(values: Sequence[StatefulT]) -> StatefulT:
    return values[0]


def test_bound_gives_the_class_back() -> None:
    assert_type(restored(Counter(), {"count": 2}), Counter)
    assert_type(restored(any_stateful(), {"count": 2}), Stateful)
    assert_type(first([Counter()]), Counter)
    assert_type(construct(Counter), Counter)
    assert_type(construct_class(Counter), Counter)
    assert restored(Counter(), {"count": 2}).count == 2


def test_bound_is_not_met_by_what_is_not_stateful() -> None:
    with pytest.raises(AttributeError):
        restored(OnlyStateDict(), {})  # E
    construct_class(OnlyStateDict)  # E


def test_body_of_a_bound_function() -> None:
    def other_class(value: StatefulT) -> StatefulT:
        return value or Counter()  # E

    def other_attribute(value: StatefulT) -> StatefulT:
        value.count = 2  # E
        return value

    other_class(other_attribute(Counter()))


class Box(Generic[StatefulT]):
    """A generic class that holds one type of stateful object."""

    def __init__(self, value: StatefulT) -> None:
        self.value = value

    def save(self) -> dict[str, Any]:
        return self.value.state_dict()


def test_generic_class() -> None:
    holder = Box(Counter(2))
    assert_type(holder, Box[Counter])
    assert_type(holder.value, Counter)
    assert holder.save() == {"count": 2}

    def save(holder: Box[OnlyStateDict]) -> dict[str, Any]:  # E
        return holder.save()

    assert save(Box(OnlyStateDict())) == {}  # E


def test_generic_protocol_over_a_covariant_type_variable() -> None:
    class Source(Protocol[StatefulT_co]):
        def get(self) -> StatefulT_co: ...

    class Counters:
        def get(self) -> Counter:
            return Counter(2)

    source: Source[Stateful] = Counters()
    assert source.get().state_dict() == {"count": 2}


# Classes that inherit from `Stateful`


class Titled:
    """A base class whose constructor takes an argument."""

    def __init__(self, name: str) -> None:
        self.name = name


class NamedState(Stateful, Titled):
    def state_dict(self) -> dict[str, Any]:
        return {"name": self.name}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.name = state_dict["name"]


def test_constructor_of_another_base() -> None:
    assert NamedState("steps").name == "steps"
    with pytest.raises(TypeError):
        NamedState()  # E


class Half(Stateful):
    def state_dict(self) -> dict[str, Any]:
        return {}


def test_subclass_that_is_final_or_changes_a_signature() -> None:
    @final
    class Incomplete(Stateful):  # E
        def state_dict(self) -> dict[str, Any]:
            return {}

    class Incompatible(Half):
        def load_state_dict(self, state_dict: list[Any]) -> None: ...  # E

    assert inspect.isabstract(Incomplete)
    Incompatible().load_state_dict([])


# What docs/rejected.md explains, by its headings


# ## `Stateful` itself for a `type[T]`


def find(kind: type[T], values: Sequence[object]) -> T:
    return next(value for value in values if isinstance(value, kind))


def test_protocol_as_an_argument_of_a_class() -> None:
    assert find(Stateful, [3, Counter(2)]).state_dict() == {"count": 2}  # E: only mypy


# ## A generic protocol over `StatefulT`


def test_generic_protocol_over_the_invariant_type_variable() -> None:
    class Source(Protocol[StatefulT]):  # E: not pyrefly
        def get(self) -> StatefulT: ...

    class Counters:
        def get(self) -> Counter:
            return Counter(2)

    source: Source[Counter] = Counters()
    assert source.get().count == 2


# ## `super().state_dict()` in a subclass


def test_super_call_in_a_subclass() -> None:
    class Extending(Stateful):
        def state_dict(self) -> dict[str, Any]:
            return super().state_dict()  # E: not ty

        def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...

    with pytest.raises(NotImplementedError):
        Extending().state_dict()
