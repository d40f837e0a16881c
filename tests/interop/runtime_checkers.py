"""How libraries that check types at run time, or dispatch on them, are asked about an object."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from typing import TYPE_CHECKING, Any

import beartype
import beartype.door
import pydantic
import typeguard

from stateful import Stateful

if TYPE_CHECKING:
    from collections.abc import Mapping


class Field(pydantic.BaseModel):
    value: pydantic.InstanceOf[Stateful]


class Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True)

    value: Stateful


@singledispatch
def dispatched(value: object) -> bool:
    return False


@dispatched.register
def _(value: Stateful) -> bool:
    return True


def with_beartype(value: Any) -> bool:
    @beartype.beartype
    def function(argument: Stateful) -> None:
        pass

    try:
        function(value)
    except beartype.roar.BeartypeCallHintParamViolation:
        return False
    return True


def with_typeguard(value: Any) -> bool:
    try:
        typeguard.check_type(value, Stateful)
    except typeguard.TypeCheckError:
        return False
    return True


def with_pydantic(model: type[pydantic.BaseModel]) -> Callable[[Any], bool]:
    def ask(value: Any) -> bool:
        try:
            return model(value=value).value is value  # type: ignore[attr-defined]
        except pydantic.ValidationError:
            return False

    return ask


def matched(value: object) -> bool:
    match value:
        case Stateful():
            return True
        case _:
            return False


BY_PRESENCE = {"Exact": True, "RenamedParameter": True, "OnlyStateDict": False}
BY_SIGNATURE = {**BY_PRESENCE, "RenamedParameter": False}

RUNTIME_CHECKERS: Mapping[str, tuple[Callable[[Any], bool], Mapping[str, bool]]] = {
    "beartype": (with_beartype, BY_PRESENCE),
    "typeguard": (with_typeguard, BY_SIGNATURE),
    "pydantic, `InstanceOf`": (with_pydantic(Field), BY_PRESENCE),
    "pydantic, `arbitrary_types_allowed`": (with_pydantic(Model), BY_PRESENCE),
    "`functools.singledispatch`": (dispatched, BY_PRESENCE),
    "`match`": (matched, BY_PRESENCE),
}
"""How each is asked, and which of the shapes it accepts."""
