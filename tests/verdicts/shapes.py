"""Shapes of objects, and who accepts each where a `Stateful` is wanted.

A shape is a class and a line, below its group, that assigns its object to a name. `# E` says who
rejects that line: see checkers.py. `isinstance` answers yes, unless the object is in the list at
the end. A docstring begins with the shape's title in docs/matching.md; behind a colon stands why it
matches or not.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, ClassVar, overload

from typing_extensions import Self, TypedDict

from stateful import Stateful
from tests.verdicts import module_shape
from tests.verdicts.untyped import InheritsUnknown, ReturnsIncompatibleKeys, Unannotated


class Exact:
    """The two methods, exactly."""

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


exact: Stateful = Exact()


class OnlyStateDict:
    """Only `state_dict`: write the other method too."""

    def state_dict(self) -> dict[str, Any]:
        return {}


class OnlyLoadStateDict:
    """Only `load_state_dict`: write the other method too."""

    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


class OnlyGetattr:
    """Only `__getattr__`: mypy takes it for every attribute. Write both methods out."""

    def __getattr__(self, name: str) -> Any:
        return getattr(Exact(), name)


only_state_dict: Stateful = OnlyStateDict()  # E
only_load_state_dict: Stateful = OnlyLoadStateDict()  # E
only_getattr: Stateful = OnlyGetattr()  # E: not mypy


class RenamedParameter(OnlyStateDict):
    """Parameter of another name: a caller may pass `state_dict=`. mypy does not compare."""

    def load_state_dict(self, state: dict[str, Any]) -> None: ...


class PositionalOnlyParameter(OnlyStateDict):
    """Positional-only parameter: a caller may pass it by name. mypy does not ask for that."""

    def load_state_dict(self, state_dict: dict[str, Any], /) -> None: ...


class KeywordOnlyParameter(OnlyStateDict):
    """Keyword-only parameter: remove the `*`."""

    def load_state_dict(self, *, state_dict: dict[str, Any]) -> None: ...


class MissingParameter(OnlyStateDict):
    """Parameter missing."""

    def load_state_dict(self) -> None: ...


renamed_parameter: Stateful = RenamedParameter()  # E: not mypy
positional_only_parameter: Stateful = PositionalOnlyParameter()  # E: not mypy
keyword_only_parameter: Stateful = KeywordOnlyParameter()  # E
missing_parameter: Stateful = MissingParameter()  # E


class ExtraRequiredParameter:
    """Extra required parameter: give it a default."""

    def state_dict(self, prefix: str) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any], strict: bool) -> None: ...


class ExtraOptionalParameter:
    """Extra optional parameter, after the others: PyTorch's modules and optimizers have such."""

    def state_dict(self, *, prefix: str = "") -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any], strict: bool = True) -> None: ...


class OnlyFurtherParameters:
    """Only `*args` and `**kwargs`."""

    def state_dict(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {}

    def load_state_dict(self, *args: Any, **kwargs: Any) -> None: ...


extra_required_parameter: Stateful = ExtraRequiredParameter()  # E
extra_optional_parameter: Stateful = ExtraOptionalParameter()
only_further_parameters: Stateful = OnlyFurtherParameters()


class Snapshot(TypedDict):
    step: int


class ReturnsMapping(OnlyLoadStateDict):
    """Returns a `Mapping`: a caller may write into the dictionary. Return `dict(mapping)`."""

    def state_dict(self) -> Mapping[str, Any]:
        return {}


class ReturnsTypedDict(OnlyLoadStateDict):
    """Returns a `TypedDict`: a caller could add keys. Return `{**snapshot}`."""

    def state_dict(self) -> Snapshot:
        return {"step": 0}


class ReturnsOptional(OnlyLoadStateDict):
    """Returns a `dict` or `None`: if there is no state, return `{}`."""

    def state_dict(self) -> dict[str, Any] | None:
        return None


class ReturnsList(OnlyLoadStateDict):
    """`state_dict` returns a list: put it into a dictionary."""

    def state_dict(self) -> list[Any]:
        return []


class IntegerKeys:
    """Integer keys: turn them into strings, as JSON does anyway."""

    def state_dict(self) -> dict[int, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[int, Any]) -> None: ...


class ReturnsOrderedDict(OnlyLoadStateDict):
    """Returns an `OrderedDict`: a subclass of `dict` may be returned."""

    def state_dict(self) -> OrderedDict[str, Any]:
        return OrderedDict()


class OtherValues:
    """`dict[str, int]` out, `dict[str, object]` in: `Any` stands for every type."""

    def state_dict(self) -> dict[str, int]:
        return {}

    def load_state_dict(self, state_dict: dict[str, object]) -> None: ...


returns_mapping: Stateful = ReturnsMapping()  # E
returns_typed_dict: Stateful = ReturnsTypedDict()  # E
returns_optional: Stateful = ReturnsOptional()  # E
returns_list: Stateful = ReturnsList()  # E
integer_keys: Stateful = IntegerKeys()  # E
returns_ordered_dict: Stateful = ReturnsOrderedDict()
other_values: Stateful = OtherValues()


class TakesTypedDict(OnlyStateDict):
    """Takes a `TypedDict`: a caller may pass any dictionary with string keys."""

    def load_state_dict(self, state_dict: Snapshot) -> None: ...


class WiderParameter(OnlyStateDict):
    """Takes a `Mapping`: so it also takes a dictionary."""

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None: ...


takes_typed_dict: Stateful = TakesTypedDict()  # E
wider_parameter: Stateful = WiderParameter()


class Async:
    """Async methods: a call gives a coroutine, not a snapshot."""

    async def state_dict(self) -> dict[str, Any]:
        return {}

    async def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


async_methods: Stateful = Async()  # E


class ReturnsSelf(OnlyStateDict):
    """`load_state_dict` returns `self`: only `None` fits `None`."""

    def load_state_dict(self, state_dict: dict[str, Any]) -> Self:
        return self


returns_self: Stateful = ReturnsSelf()  # E
returns_incompatible_keys: Stateful = ReturnsIncompatibleKeys()  # E: not mypy, ty


class NoneMember(OnlyStateDict):
    """A method set to `None`: that is how a class says that it does not have it."""

    load_state_dict: ClassVar[None] = None


class DataAttributes:
    """Data attributes: they cannot be called."""

    state_dict: ClassVar[dict[str, Any]] = {}
    load_state_dict: ClassVar[dict[str, Any]] = {}


class Properties:
    """Properties: a property is not a method."""

    @property
    def state_dict(self) -> dict[str, Any]:
        return {}

    @property
    def load_state_dict(self) -> dict[str, Any]:
        return {}


none_member: Stateful = NoneMember()  # E
data_attributes: Stateful = DataAttributes()  # E
properties: Stateful = Properties()  # E


class ClassObject(Exact):
    """A class object: pass an instance."""


class_object: Stateful = ClassObject  # E


class Nominal(Stateful):
    """Subclass of `Stateful`."""

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


class MethodsBefore(Exact, Stateful):
    """Subclass of `Stateful`, methods from a base before it."""


nominal: Stateful = Nominal()
methods_before: Stateful = MethodsBefore()


class NoInstance:
    """A static and a class method."""

    @staticmethod
    def state_dict() -> dict[str, Any]:
        return {}

    @classmethod
    def load_state_dict(cls, state_dict: dict[str, Any]) -> None: ...


class ClassObjectOfNoInstance(NoInstance):
    """A class object with a static and a class method."""


class Overloaded(OnlyLoadStateDict):
    """Overloaded method: one of the overloads has to fit."""

    @overload
    def state_dict(self) -> dict[str, Any]: ...
    @overload
    def state_dict(self, prefix: str) -> list[str]: ...
    def state_dict(self, prefix: str | None = None) -> dict[str, Any] | list[str]:
        return {} if prefix is None else [prefix]


unannotated: Stateful = Unannotated()
inherits_unknown: Stateful = InheritsUnknown()
no_instance: Stateful = NoInstance()
class_object_of_no_instance: Stateful = ClassObjectOfNoInstance
module: Stateful = module_shape
overloaded: Stateful = Overloaded()


NO_MATCH = (only_state_dict, only_load_state_dict, only_getattr, none_member)
"""The objects for which `isinstance` answers no."""
