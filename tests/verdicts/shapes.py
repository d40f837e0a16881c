"""Every shape of object that the verdicts are about, declared once.

Each class says in its docstring why it matches or not and, if somebody rejects it, what to do. To
add a shape, write a class in its group.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Callable, ClassVar, Generic, NamedTuple, TypeVar, overload

from typing_extensions import Protocol, Self, TypedDict

from stateful import Stateful
from tests.verdicts import module_shape
from tests.verdicts.declarations import ASSIGNMENT, CONSTRUCTION, all_but, group, only, shape

T = TypeVar("T")


class Snapshot(TypedDict):
    step: int


class Load(Protocol):
    """Called as `load_state_dict` is: `Callable` cannot name a parameter."""

    def __call__(self, state_dict: dict[str, Any]) -> None: ...


group("Signatures that fit")


@shape("the two methods, exactly", run_time=True)
class Exact:
    """The signatures are those of the protocol."""

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        pass


@shape("wider parameter", run_time=True)
class WiderParameter:
    """A method that takes any mapping also takes a dictionary."""

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        pass


@shape("extra optional parameter", run_time=True)
class ExtraOptionalParameter:
    """A caller need not pass it; PyTorch's modules and optimizers have such parameters."""

    def state_dict(self, *, prefix: str = "") -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any], strict: bool = True) -> None:
        pass


@shape("returns an `OrderedDict`", run_time=True)
class ReturnsOrderedDict:
    """A subclass of `dict` may be returned."""

    def state_dict(self) -> OrderedDict[str, Any]:
        return OrderedDict()

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        pass


@shape("`dict[str, int]` both ways", run_time=True)
class NarrowerValues:
    """`Any` stands for every type of value, in both directions."""

    def state_dict(self) -> dict[str, int]:
        return {}

    def load_state_dict(self, state_dict: dict[str, int]) -> None:
        pass


@shape("`dict[str, object]` both ways", run_time=True)
class ObjectValues:
    """`Any` stands for `object` too."""

    def state_dict(self) -> dict[str, object]:
        return {}

    def load_state_dict(self, state_dict: dict[str, object]) -> None:
        pass


@shape("static methods", run_time=True)
class StaticMethods:
    """They are called on an instance like any method."""

    @staticmethod
    def state_dict() -> dict[str, Any]:
        return {}

    @staticmethod
    def load_state_dict(state_dict: dict[str, Any]) -> None:
        pass


@shape("class methods", run_time=True)
class ClassMethods:
    """They are called on an instance like any method."""

    @classmethod
    def state_dict(cls) -> dict[str, Any]:
        return {}

    @classmethod
    def load_state_dict(cls, state_dict: dict[str, Any]) -> None:
        pass


@shape("overloaded methods", run_time=True)
class Overloaded:
    """One of the overloads fits."""

    @overload
    def state_dict(self) -> dict[str, Any]: ...
    @overload
    def state_dict(self, prefix: str) -> list[str]: ...
    def state_dict(self, prefix: str | None = None) -> dict[str, Any] | list[str]:
        return {} if prefix is None else [prefix]

    @overload
    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...
    @overload
    def load_state_dict(self, state_dict: list[str]) -> None: ...
    def load_state_dict(self, state_dict: dict[str, Any] | list[str]) -> None:
        pass


@shape("generic class", run_time=True, expression="{}[int]()")
class GenericClass(Generic[T]):
    """Its type parameter plays no part in the two methods."""

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        pass


@shape(
    "callable attributes, declared in the class",
    run_time=True,
    rejected_by=only(ASSIGNMENT, "pyright", "basedpyright", "zuban"),
    difference="pyright and zuban treat them as methods and bind `self`.",
)
class CallableAttributes:
    """What can be called like the method stands in for it.

    Write two methods that call what the attributes hold.
    """

    state_dict: Callable[[], dict[str, Any]]
    load_state_dict: Load

    def __init__(self) -> None:
        self.state_dict = Exact().state_dict
        self.load_state_dict = Exact().load_state_dict


@shape(
    "callable attributes, declared in `__init__`",
    run_time=True,
    rejected_by=only(ASSIGNMENT, "ty"),
    difference="ty looks for methods in the body of the class.",
)
class CallableInstanceAttributes:
    """What can be called like the method stands in for it.

    Write two methods that call what the attributes hold.
    """

    def __init__(self) -> None:
        self.state_dict: Callable[[], dict[str, Any]] = Exact().state_dict
        self.load_state_dict: Load = Exact().load_state_dict


group("No annotations")


@shape("methods without annotations", run_time=True)
class Unannotated:
    """Checkers take what is not annotated for `Any`, or infer something that fits."""

    def state_dict(self):
        return {}

    def load_state_dict(self, state_dict):
        pass


class UntypedBase:
    def state_dict(self):
        return {}

    def load_state_dict(self, state_dict):
        pass


@shape("inherited from an untyped base", run_time=True)
class InheritsUntyped(UntypedBase):
    """It does not matter where in the class hierarchy a method stands."""


UnknownBase: Any = Exact


@shape("inherited from a base of unknown type", run_time=True)
class InheritsUnknown(UnknownBase):
    """An unknown base may have any method."""


group("Signatures that do not fit")


@shape(
    "parameter of another name",
    run_time=True,
    rejected_by=all_but(ASSIGNMENT, "mypy"),
    difference="mypy does not compare the names of parameters here.",
)
class RenamedParameter:
    """A caller may pass `state_dict=` by name.

    Rename the parameter to `state_dict`.
    """

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        pass


@shape(
    "positional-only parameter",
    run_time=True,
    rejected_by=all_but(ASSIGNMENT, "mypy"),
    difference="mypy does not ask whether a parameter can be passed by name.",
)
class PositionalOnlyParameter:
    """A caller may pass `state_dict=` by name.

    Remove the `/`.
    """

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any], /) -> None:
        pass


@shape("keyword-only parameter", run_time=True, rejected_by=ASSIGNMENT)
class KeywordOnlyParameter:
    """A caller may pass the snapshot by position.

    Remove the `*`.
    """

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, *, state_dict: dict[str, Any]) -> None:
        pass


@shape("parameter missing", run_time=True, rejected_by=ASSIGNMENT)
class MissingParameter:
    """A caller passes the snapshot.

    Add the parameter `state_dict`.
    """

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self) -> None:
        pass


@shape("extra required parameter", run_time=True, rejected_by=ASSIGNMENT)
class ExtraRequiredParameter:
    """A caller passes nothing but the snapshot.

    Give every further parameter a default.
    """

    def state_dict(self, prefix: str) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any], strict: bool) -> None:
        pass


@shape("returns a `Mapping`", run_time=True, rejected_by=ASSIGNMENT)
class ReturnsMapping:
    """A caller, such as PyTorch's loader, may write into the dictionary.

    Return a `dict`, such as `dict(mapping)`, and say so in the annotation.
    """

    def state_dict(self) -> Mapping[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        pass


@shape("returns a `TypedDict`", run_time=True, rejected_by=ASSIGNMENT)
class ReturnsTypedDict:
    """It is not assignable to `dict`, because a caller could add keys.

    Keep the `TypedDict` to yourself, and [return a
    `dict`](matching.md#a-snapshot-that-is-a-typeddict).
    """

    def state_dict(self) -> Snapshot:
        return {"step": 0}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        pass


@shape("takes a `TypedDict`", run_time=True, rejected_by=ASSIGNMENT)
class TakesTypedDict:
    """A caller may pass any dictionary with string keys.

    Take a `dict[str, Any]`, and check what is in it.
    """

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: Snapshot) -> None:
        pass


@shape("keys of another type", run_time=True, rejected_by=ASSIGNMENT)
class IntegerKeys:
    """Keys are strings.

    Turn the keys into strings. Storages such as JSON do so anyway, and PyTorch's loader
    loses other keys.
    """

    def state_dict(self) -> dict[int, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[int, Any]) -> None:
        pass


@shape("`state_dict` returns a list", run_time=True, rejected_by=ASSIGNMENT)
class ReturnsList:
    """A snapshot is a dictionary.

    Put the list into a dictionary: `{"values": values}`.
    """

    def state_dict(self) -> list[Any]:
        return []

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        pass


@shape("`state_dict` returns `None`", run_time=True, rejected_by=ASSIGNMENT)
class ReturnsNone:
    """A caller needs the snapshot.

    Return the snapshot. If there is no state, return `{}`.
    """

    def state_dict(self) -> None:
        pass

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        pass


@shape("`load_state_dict` returns `self`", run_time=True, rejected_by=ASSIGNMENT)
class ReturnsSelf:
    """Only `None` fits `None`: a caller is promised that nothing comes back.

    Return nothing. A [generic helper](helpers.md) gives the object back.
    """

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> Self:
        return self


class _IncompatibleKeys(NamedTuple):
    missing_keys: list[str]
    unexpected_keys: list[str]


@shape(
    "unannotated, returns a named tuple",
    run_time=True,
    rejected_by=all_but(ASSIGNMENT, "mypy", "ty"),
    difference="mypy and ty do not infer what a method returns.",
)
class ReturnsIncompatibleKeys:
    """What is returned is not `None`. PyTorch's modules are written like this.

    Annotate the method with `-> None`. For a module of PyTorch, use [an
    adapter](pytorch.md#a-module-where-a-checker-rejects-it).
    """

    def state_dict(self):
        return {}

    def load_state_dict(self, state_dict, strict=True):
        return _IncompatibleKeys([], [])


@shape("async methods", run_time=True, rejected_by=ASSIGNMENT)
class Async:
    """A call gives a coroutine, not a snapshot.

    Make both methods ordinary ones. Await what you need before you call them.
    """

    async def state_dict(self) -> dict[str, Any]:
        return {}

    async def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        pass


@shape("data attributes", run_time=True, rejected_by=ASSIGNMENT)
class DataAttributes:
    """They cannot be called.

    Rename the attributes, and write the two methods.
    """

    state_dict: ClassVar[dict[str, Any]] = {}
    load_state_dict: ClassVar[dict[str, Any]] = {}


@shape("properties", run_time=True, rejected_by=ASSIGNMENT)
class Properties:
    """A property is not a method; `isinstance` sees that it is there and does not evaluate it.

    Remove `@property`, and add the parameter.
    """

    @property
    def state_dict(self) -> dict[str, Any]:
        raise NotImplementedError

    @property
    def load_state_dict(self) -> dict[str, Any]:
        raise NotImplementedError


@shape(
    "properties that return callables",
    run_time=True,
    rejected_by=all_but(ASSIGNMENT, "mypy", "ty"),
    difference="Only mypy and ty look at what the property returns.",
)
class CallableProperties:
    """To read such a property and call what it gives is like calling the method.

    Write two methods that call what the properties return.
    """

    @property
    def state_dict(self) -> Callable[[], dict[str, Any]]:
        return Exact().state_dict

    @property
    def load_state_dict(self) -> Load:
        return Exact().load_state_dict


group("Something is missing")


@shape("only `state_dict`", run_time=False, rejected_by=ASSIGNMENT)
class OnlyStateDict:
    """Both methods are needed.

    Write `load_state_dict`.
    """

    def state_dict(self) -> dict[str, Any]:
        return {}


@shape("only `load_state_dict`", run_time=False, rejected_by=ASSIGNMENT)
class OnlyLoadStateDict:
    """Both methods are needed.

    Write `state_dict`.
    """

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        pass


@shape("a method set to `None`", run_time=False, rejected_by=ASSIGNMENT)
class NoneMember:
    """`None` is how a class says that it does not have a method.

    Write the method, or accept that the object is none that can be restored.
    """

    load_state_dict: ClassVar[None] = None

    def state_dict(self) -> dict[str, Any]:
        return {}


@shape(
    "only `__getattr__`",
    run_time=False,
    rejected_by=all_but(ASSIGNMENT, "mypy"),
    difference="mypy takes `__getattr__` for every attribute.",
)
class OnlyGetattr:
    """`isinstance` looks attributes up statically: it never calls `__getattr__`.

    Write the two methods out, as [in this wrapper](matching.md#a-wrapper-that-delegates).
    """

    def __getattr__(self, name: str) -> Any:
        return getattr(Exact(), name)


group("Classes that inherit from `Stateful`")


@shape("subclass of `Stateful`", run_time=True)
class Nominal(Stateful):
    """Both methods are there."""

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        pass


@shape("subclass of `Stateful`, methods from a base before it", run_time=True)
class MethodsBefore(Exact, Stateful):
    """The base's methods come first."""


@shape("incomplete subclass of `Stateful`", run_time=TypeError, rejected_by=CONSTRUCTION)
class Incomplete(Stateful):
    """The missing method is abstract: the state would be lost silently.

    Write the missing method, or do not inherit from `Stateful`.
    """

    def state_dict(self) -> dict[str, Any]:
        return {}


@shape(
    "subclass of `Stateful`, methods from a base after it",
    run_time=TypeError,
    rejected_by=all_but(CONSTRUCTION, "zuban"),
    difference="zuban does not look at the order of the bases.",
)
class Shadowed(Stateful, Exact):
    """The abstract methods come first and would hide those of the base.

    Name `Stateful` last, or not at all: it is not needed.
    """


group("Classes and modules as objects")


@shape("a class object", run_time=True, rejected_by=ASSIGNMENT, expression="{}")
class ClassObject:
    """The class has both attributes, but its methods need an instance.

    Pass an instance: `ClassObject()`. Where classes may turn up, [leave them
    out](matching.md#class-objects).
    """

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        pass


@shape("a class object with class methods", run_time=True, expression="{}")
class ClassObjectWithClassMethods:
    """Its methods need no instance."""

    @classmethod
    def state_dict(cls) -> dict[str, Any]:
        return {}

    @classmethod
    def load_state_dict(cls, state_dict: dict[str, Any]) -> None:
        pass


shape("a module with both functions", run_time=True, expression="{}")(module_shape)
