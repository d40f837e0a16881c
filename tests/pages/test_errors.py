"""The page docs/errors.md quotes what Python and the checkpointer print, and nothing else."""

import copy
import json
import re
import sys
import threading
import weakref
from pathlib import Path
from types import new_class
from typing import Any, Generic, NamedTuple, TypeVar

import pytest
from checkpointer import read, restore, snapshot, write
from typing_extensions import Protocol, runtime_checkable

from stateful import Stateful, StatefulT
from tests.classes import Copy, Counter
from tests.pages import content
from tests.verdicts.shapes import Async, Nominal, OnlyStateDict

T = TypeVar("T")
BOUND: Any = StatefulT
PAIRS: Any = {(0, 1): 2}
BOTH = Counter()


class Undecorated(Protocol): ...


@runtime_checkable
class HasData(Protocol):
    step: int


class Extending(Nominal):
    def state_dict(self) -> dict[str, Any]:
        return super(Nominal, self).state_dict()  # type: ignore[safe-super]


class Meta(type): ...


class OwnMetaclass(metaclass=Meta): ...


class Slotted(Stateful):
    __slots__ = ()
    state_dict = Nominal.state_dict
    load_state_dict = Nominal.load_state_dict


def subclass(*bases: Any) -> Any:
    """Make a class as a class statement does."""
    return new_class("Subclass", bases)


def call_async_method() -> None:
    with pytest.warns(RuntimeWarning) as caught:
        Async().load_state_dict({})  # type: ignore[unused-coroutine]
    raise RuntimeWarning(caught[0].message)


RAISING = [
    subclass(OnlyStateDict, Stateful),
    lambda: subclass(Stateful, dict)().state_dict(),
    lambda: Extending().state_dict(),
    lambda: subclass(Copy)().state_dict()["step"],
    lambda: subclass(Copy)().state_dict().items(),
    lambda: subclass(OwnMetaclass, Stateful),
    lambda: subclass(NamedTuple, Stateful),
    lambda: subclass(Generic[T], Stateful),  # type: ignore[index]
    lambda: subclass(Stateful, Nominal),
    lambda: Stateful[str],  # type: ignore[misc]
    lambda: isinstance(3, BOUND),
    lambda: isinstance(3, Undecorated),  # type: ignore[misc]
    lambda: runtime_checkable(subclass(Stateful)),
    lambda: subclass(Nominal, Protocol),
    lambda: issubclass(int, HasData),  # type: ignore[misc]
    lambda: setattr(Slotted(), "step", 1),
    lambda: weakref.ref(Slotted()),
    lambda: copy.deepcopy(threading.Lock()),
    lambda: json.dumps({1}),
    lambda: json.dumps(PAIRS),
    lambda: Counter().load_state_dict({}),
    call_async_method,
    lambda: restore({"a": [Counter()]}, {"a": []}),
    lambda: restore({"a": Counter()}, {"a": None}),
    lambda: restore({"a": BOTH, "b": BOTH}, {"a": {"count": 1}, "b": {"count": 2}}),
    lambda: write(Path(), {"a": {1}}),
    lambda: snapshot({"a": Counter(), "b": threading.Lock()}),
    lambda: read(Path(__file__)),
]


def printed(index: int) -> str:
    """Return what is printed of an error, on one line."""
    with pytest.raises(Exception) as raised:  # noqa: PT011 (each has its own)
        RAISING[index]()
    return " ".join(f"{raised.typename}: {raised.value}".split())


def is_quoted(text: str, row: list[str]) -> bool:
    return any(re.match(content.pattern(quoted), text) for quoted in row)


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="PyPy prints other texts")
def test_page_quotes_what_is_printed_and_nothing_else() -> None:
    """A row quotes a text in each form in which some version of Python prints it."""
    rows = content.quoted_rows("What Python prints", "What the checkpointer prints")
    texts = [printed(index) for index in range(len(RAISING))]
    missing = [text for text in texts if not any(is_quoted(text, row) for row in rows)]
    unprinted = [row for row in rows if not any(is_quoted(text, row) for text in texts)]
    assert not missing + unprinted, f"the page lacks {missing}, and nothing prints {unprinted}"
