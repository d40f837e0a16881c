"""The page docs/errors.md quotes what Python prints. Interop has what PyTorch prints."""

import copy
import inspect
import json
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from types import new_class
from typing import Any, Generic, TypeVar

import pytest
from typing_extensions import Protocol, runtime_checkable

from stateful import Stateful, StatefulT
from tests.classes import Copy
from tests.pages.error_texts import is_quoted, quoted_rows
from tests.verdicts.shapes import Incomplete, Nominal

T = TypeVar("T")
BOUND: Any = StatefulT


class Undecorated(Protocol):
    """A protocol that is not decorated."""


class Extending(Nominal):
    def state_dict(self) -> dict[str, Any]:
        return super(Nominal, self).state_dict()  # type: ignore[safe-super]


class Meta(type):
    """A metaclass that is not that of a protocol."""


class OwnMetaclass(metaclass=Meta):
    """It cannot inherit from a protocol."""


class Registered:
    def __init_subclass__(cls, name: str) -> None: ...


class Slotted(Stateful):
    __slots__ = ()
    state_dict = Nominal.state_dict
    load_state_dict = Nominal.load_state_dict


def subclass(*bases: Any) -> Any:
    """Make a class as a class statement does."""
    return new_class("Subclass", bases)


def inherit_with_a_keyword_of_python() -> None:
    if inspect.signature(type(Stateful)).parameters["name"].kind.name == "POSITIONAL_ONLY":
        pytest.skip("this version of typing_extensions or Python takes the keyword")
    new_class("Wrong", (Registered, Stateful), {"name": "wrong"})


def extend_without_naming_protocol() -> None:
    runtime_checkable(new_class("Wrong", (Stateful,)))


RAISING: list[tuple[str, Callable[[], object]]] = [
    ("Can't instantiate abstract class", Incomplete),
    ("NotImplementedError", lambda: subclass(Stateful, dict)().state_dict()),
    ("NotImplementedError", lambda: Extending().state_dict()),
    ("object is not subscriptable", lambda: subclass(Copy)().state_dict()["step"]),
    ("object has no attribute", lambda: subclass(Copy)().state_dict().items()),
    ("metaclass conflict", lambda: subclass(OwnMetaclass, Stateful)),
    ("got multiple values for argument", inherit_with_a_keyword_of_python),
    ("for bases Generic, Stateful", lambda: subclass(Generic[T], Stateful)),  # type: ignore[index]
    ("for bases Stateful, …", lambda: subclass(Stateful, Nominal)),
    ("is not a generic class", lambda: Stateful[str]),  # type: ignore[misc]
    ("can only be used with", lambda: isinstance(3, Undecorated)),  # type: ignore[misc]
    ("applied to protocol classes", extend_without_naming_protocol),
    ("inherit from other protocols", lambda: subclass(Nominal, Protocol)),
    ("is not JSON serializable", lambda: json.dumps({1})),
]
"""A part of each text, and what raises it."""

RAISING_ON_CPYTHON: list[tuple[str, Callable[[], object]]] = [
    ("arg 2 must be a type", lambda: isinstance(3, BOUND)),
    ("cannot create weak reference", lambda: weakref.ref(Slotted())),
    ("cannot pickle", lambda: copy.deepcopy(threading.Lock())),
]
if sys.implementation.name == "cpython":  # PyPy prints other texts, or makes the weak reference
    RAISING += RAISING_ON_CPYTHON


ROWS = quoted_rows("What Python prints")


@pytest.mark.parametrize(("text", "raising"), RAISING)
def test_page_quotes_what_is_raised(text: str, raising: Callable[[], object]) -> None:
    [row] = [row for row in ROWS if any(text in quoted for quoted in row)]
    with pytest.raises((TypeError, AttributeError, NotImplementedError)) as raised:
        raising()
    printed = f"{raised.typename}: {raised.value}"
    assert is_quoted(printed, row), f"docs/errors.md lacks {printed}"


EXTEND_WITH_TYPING = """
import typing, stateful
class Extending(stateful.Stateful, typing.Protocol): ...
isinstance(3, stateful.Stateful)
"""
NON_METHOD = "TypeError: Protocols with non-method members don't support issubclass()"


def test_protocol_that_extends_it_with_the_protocol_of_typing() -> None:
    """Below 3.12 it breaks later checks of what does not match, in the whole process."""
    # In a process of its own, because it would break the other tests too.
    command = [sys.executable, "-c", EXTEND_WITH_TYPING]
    run = subprocess.run(command, stderr=subprocess.PIPE, check=False, encoding="utf-8")
    assert (NON_METHOD in run.stderr) is (sys.version_info < (3, 12))


def test_every_row_is_asked_for() -> None:
    asked = [NON_METHOD, *(text for text, _ in (*RAISING, *RAISING_ON_CPYTHON))]
    for row in ROWS:
        assert any(text in quoted for text in asked for quoted in row), f"no test raises {row[0]}"
