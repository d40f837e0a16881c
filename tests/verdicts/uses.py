"""The three uses of the protocol as type checkers see them: annotation, narrowing, bound.

Each declared function is one use. If a checker rejects it, its docstring says what to do. Those
that all accept are run as well, with a `Counter` for each parameter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Generic, Protocol, TypeVar

from typing_extensions import assert_type, final

from stateful import Stateful, StatefulT
from tests.verdicts.declarations import (
    ARGUMENT,
    ASSIGNMENT,
    ATTRIBUTE,
    BOUND,
    FINAL,
    MISSING_ARGUMENT,
    OVERRIDE,
    PROTOCOL_CONSTRUCTION,
    RETURN,
    SURPLUS_ARGUMENT,
    TYPE_ARGUMENT,
    group,
    use,
)
from tests.verdicts.shapes import Exact, OnlyStateDict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

T = TypeVar("T")


class Counter:
    """A stateful class that has no base."""

    def __init__(self, count: int = 0) -> None:
        self.count = count

    def state_dict(self) -> dict[str, Any]:
        return {"count": self.count}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.count = state_dict["count"]


@final
class Data:
    """A class that is not stateful, nor any subclass of it."""

    size = 3


class Named:
    """A base class whose constructor takes an argument."""

    def __init__(self, name: str) -> None:
        self.name = name


class NamedCounter(Stateful, Named):
    """A class that inherits from the protocol and from another class."""

    def state_dict(self) -> dict[str, Any]:
        return {"name": self.name}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.name = state_dict["name"]


class TorchStateful(Protocol):
    """A protocol with the signatures of PyTorch's."""

    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


TorchStatefulT = TypeVar("TorchStatefulT", bound=TorchStateful)


def copy_state(source: Stateful, target: Stateful) -> None:
    target.load_state_dict(source.state_dict())


def restored(target: StatefulT, state: dict[str, Any]) -> StatefulT:
    target.load_state_dict(state)
    return target


def construct(factory: Callable[[], StatefulT]) -> StatefulT:
    return factory()


def construct_class(cls: type[StatefulT]) -> StatefulT:
    return cls()


def first(values: Sequence[StatefulT]) -> StatefulT:
    return values[0]


class Holder(Generic[StatefulT]):
    """A generic class that holds one type of stateful object."""

    def __init__(self, value: StatefulT) -> None:
        self.value = value

    def save(self) -> dict[str, Any]:
        return self.value.state_dict()


def torch_state(value: TorchStateful) -> dict[str, Any]:
    return value.state_dict()


def torch_restored(value: TorchStatefulT) -> TorchStatefulT:
    return value


group("Annotation")


@use("argument")
def argument(value: Counter) -> None:
    copy_state(Counter(2), value)
    assert value.count == 2


@use("argument that is not stateful", rejected_by=ARGUMENT)
def argument_not_stateful(value: Stateful) -> None:
    """Write the method that is missing; the notes name it."""
    copy_state(value, OnlyStateDict())


@use("calls of the two methods")
def calls(value: Stateful) -> None:
    state = value.state_dict()
    assert_type(state, "dict[str, Any]")
    value.load_state_dict(state)
    value.load_state_dict(state_dict=state)


@use("`load_state_dict` called with a list", rejected_by=ARGUMENT)
def call_with_list(value: Stateful) -> None:
    """Pass a dictionary."""
    value.load_state_dict([("count", 1)])


@use("`load_state_dict` called with integer keys", rejected_by=ARGUMENT)
def call_with_integer_keys(value: Stateful, state: dict[int, Any]) -> None:
    """Use keys that are strings."""
    value.load_state_dict(state)


@use("`load_state_dict` called without a snapshot", rejected_by=MISSING_ARGUMENT)
def call_without_snapshot(value: Stateful) -> None:
    """Pass the snapshot."""
    value.load_state_dict()


@use("`state_dict` called with an argument", rejected_by=SURPLUS_ARGUMENT)
def call_with_argument(value: Stateful) -> None:
    """Call it without arguments. If you need more of your own class, annotate with that class."""
    value.state_dict("prefix")


@use("attribute that the protocol does not have", rejected_by=ATTRIBUTE)
def attribute(value: Stateful) -> None:
    """Annotate with your own class, or with [`StatefulT`](helpers.md) to get it back."""
    value.count = 2


@use("the protocol instantiated", rejected_by=PROTOCOL_CONSTRUCTION)
def construct_protocol() -> None:
    """Instantiate a class that has both methods."""
    Stateful()


@use("containers")
def containers(value: Counter) -> None:
    listed: list[Stateful] = [value, Exact()]
    mapped: dict[str, Stateful] = {"counter": value, "exact": Exact()}
    counters: list[Counter] = [value, value]
    sequence: Sequence[Stateful] = counters
    mapping: Mapping[str, Stateful] = {"counter": value}
    assert listed[0] is mapped["counter"] is sequence[0] is mapping["counter"]


@use("list of a class for a list of the protocol", rejected_by=ASSIGNMENT)
def invariant_list(values: list[Counter]) -> None:
    """Annotate it as [a `Sequence`](helpers.md#dictionaries-and-lists-of-objects)."""
    listed: list[Stateful] = values  # somebody could append another class to it
    listed.append(Exact())


@use("callback")
def callback(value: Counter) -> None:
    def save(stateful: Stateful) -> dict[str, Any]:
        return stateful.state_dict()

    save_counter: Callable[[Counter], dict[str, Any]] = save
    assert save_counter(value) == {"count": value.count}


@use("callback that wants more than the protocol", rejected_by=ASSIGNMENT)
def narrow_callback(save_counter: Callable[[Counter], dict[str, Any]]) -> None:
    """Let the callback take any `Stateful`, or annotate with your own class."""
    save: Callable[[Stateful], dict[str, Any]] = save_counter
    save(Exact())


@use("class object where the class of a stateful object is wanted")
def class_object() -> None:
    _: type[Stateful] = Counter


group("Narrowing")


@use("`isinstance`, both branches")
def narrow_union(value: Counter | Data) -> None:
    if isinstance(value, Stateful):
        assert_type(value, Counter)
    else:
        assert_type(value, Data)


@use("`isinstance` on the protocol itself, both branches")
def narrow_protocol(value: Stateful | Data) -> None:
    if isinstance(value, Stateful):
        assert_type(value, Stateful)
    else:
        assert_type(value, Data)


@use("`isinstance` on an optional value, both branches")
def narrow_optional(value: Stateful | None) -> None:
    if isinstance(value, Stateful):
        assert_type(value, Stateful)
    else:
        assert_type(value, None)


@use("`isinstance` on an object")
def narrow_object(value: object) -> None:
    assert isinstance(value, Stateful)
    assert_type(value, Stateful)


@use("method called in the negative branch", rejected_by=ATTRIBUTE)
def narrow_negative(value: Counter | Data) -> None:
    """Call it in the other branch: here the value is not stateful."""
    if not isinstance(value, Stateful):
        value.state_dict()


@use("`issubclass` on any class")
def narrow_any_class(value: object) -> None:
    cls = type(value)
    assert issubclass(cls, Stateful)
    assert_type(cls, "type[Stateful]")


@use(
    "`issubclass`, both branches",
    rejected_by={"ty": "type-assertion-failure"},
    difference="ty narrows to an intersection, which `assert_type` has no way to spell.",
)
def narrow_class(value: Counter | Data) -> None:
    """Nothing: only `assert_type` is rejected."""
    cls: type[Counter | Data] = type(value)
    if issubclass(cls, Stateful):
        assert_type(cls, "type[Counter]")
    else:
        assert_type(cls, "type[Data]")


group("Bound")


@use("`StatefulT`: the class comes back out")
def bound(value: Counter) -> None:
    assert_type(restored(value, {"count": 2}), Counter)
    assert restored(value, {"count": 2}).count == 2


@use("`StatefulT`: an object that is not stateful", rejected_by=BOUND)
def bound_not_stateful(value: OnlyStateDict) -> None:
    """Write the method that is missing; the notes name it."""
    restored(value, {})


@use("`StatefulT`: the protocol itself")
def bound_protocol(value: Stateful) -> None:
    assert_type(restored(value, {"count": 2}), Stateful)


@use("`StatefulT`: another class returned", rejected_by=RETURN)
def bound_other_class(value: StatefulT) -> StatefulT:
    """Return the argument itself, or an object made from its class."""
    return Counter()


@use("`StatefulT`: an attribute that the protocol does not have", rejected_by=ATTRIBUTE)
def bound_attribute(value: StatefulT) -> StatefulT:
    """Use only the two methods: the helper must work for every stateful class."""
    value.count = 2
    return value


@use("`StatefulT`: in a container")
def bound_container(value: Counter) -> None:
    assert_type(first([value]), Counter)


@use("`StatefulT`: callable that constructs")
def bound_factory() -> None:
    assert_type(construct(Counter), Counter)


@use("`type[StatefulT]`: a class")
def bound_class() -> None:
    assert_type(construct_class(Counter), Counter)


@use("`type[StatefulT]`: a class that is not stateful", rejected_by=BOUND)
def bound_class_not_stateful() -> None:
    """Write the method that is missing."""
    construct_class(OnlyStateDict)


@use("generic class over `StatefulT`")
def generic_class(value: Counter) -> None:
    holder = Holder(value)
    assert_type(holder, "Holder[Counter]")
    assert_type(holder.value, Counter)
    assert holder.save() == {"count": value.count}


@use("generic class over `StatefulT`, of a class that is not stateful", rejected_by=TYPE_ARGUMENT)
def generic_class_not_stateful(holder: Holder[OnlyStateDict]) -> None:
    """Write the method that is missing."""
    holder.save()


group("Classes that inherit from `Stateful`")


@use("constructor of another base")
def constructor() -> None:
    assert NamedCounter("steps").name == "steps"


@use("constructor of another base, without its argument", rejected_by=MISSING_ARGUMENT)
def constructor_without_argument() -> None:
    """Pass what the constructor of the other base wants."""
    NamedCounter()


@use("final subclass that leaves a method out", rejected_by=FINAL)
def final_incomplete() -> None:
    """Write the method that is missing."""

    @final
    class Incomplete(Stateful):
        def state_dict(self) -> dict[str, Any]:
            return {}

    del Incomplete


@use("subclass that changes a signature", rejected_by=OVERRIDE)
def incompatible_override() -> None:
    """Take a `dict[str, Any]`."""

    class Incompatible(Stateful):
        def state_dict(self) -> dict[str, Any]:
            return {}

        def load_state_dict(self, state_dict: list[Any]) -> None:
            pass

    del Incompatible


@use(
    "`super().state_dict()` in a subclass",
    rejected_by={
        "mypy": "safe-super",
        "pyright": "reportAbstractUsage",
        "basedpyright": "reportAbstractUsage",
        "zuban": "safe-super",
    },
    difference="pyrefly and ty do not ask whether the method that `super()` finds is abstract.",
)
def super_call() -> None:
    """Write out what the method returns: `Stateful` has no state to give."""

    class Extending(Stateful):
        def state_dict(self) -> dict[str, Any]:
            return super().state_dict()

        def load_state_dict(self, state_dict: dict[str, Any]) -> None:
            pass

    del Extending


group("PyTorch's protocol")


@use("this protocol where PyTorch's is wanted")
def to_torch(value: Stateful) -> None:
    torch_state(value)
    assert_type(torch_restored(value), Stateful)


@use("PyTorch's protocol where this one is wanted")
def from_torch(value: TorchStateful) -> None:
    copy_state(value, value)
    assert_type(restored(value, value.state_dict()), TorchStateful)
