"""The page docs/errors.md quotes what Python prints. Interop has what PyTorch prints."""

import copy
import inspect
import json
import subprocess
import sys
import threading
import typing
import weakref
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import pytest
import typing_extensions

from stateful import Stateful, StatefulT
from tests.pages.error_texts import is_quoted, quoted_rows
from tests.verdicts.shapes import Incomplete, Nominal

T = TypeVar("T")

MRO = "TypeError: Cannot create a consistent method resolution order (MRO)"
CONFLICT = (
    "the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all "
    "its bases"
)
KEYWORD = "TypeError: _ProtocolMeta.__new__() got multiple values for argument"
CHECKS = "Instance and class checks can only be used with"


class Mapped(Stateful, dict[str, Any]): ...


def call_missing_method() -> None:
    Mapped().state_dict()  # type: ignore[abstract]


def call_super() -> None:
    class Extending(Nominal):
        def state_dict(self) -> dict[str, Any]:
            return super(Nominal, self).state_dict()  # type: ignore[safe-super]

    Extending().state_dict()


class Copy(typing.Protocol):
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


class Forgetful(Copy): ...


def look_into_what_a_copy_returns() -> None:
    Forgetful().state_dict()["step"]  # type: ignore[abstract]


def go_through_what_a_copy_returns() -> None:
    Forgetful().state_dict().items()  # type: ignore[abstract]


def inherit_with_another_metaclass() -> None:
    class Meta(type): ...

    class Own(metaclass=Meta): ...

    class Wrong(Own, Stateful): ...


def inherit_with_a_keyword_of_python() -> None:
    class Registered:
        def __init_subclass__(cls, name: str) -> None: ...

    if inspect.signature(type(Stateful)).parameters["name"].kind.name == "POSITIONAL_ONLY":
        pytest.skip("this version of typing_extensions or Python takes the keyword")

    class Wrong(Registered, Stateful, name="wrong"): ...


def name_generic_first() -> None:
    class Wrong(Generic[T], Stateful): ...  # noqa: PYI059


def name_stateful_before_its_subclass() -> None:
    class Wrong(Stateful, Nominal): ...  # type: ignore[metaclass, misc]


def give_a_type_parameter() -> None:
    Stateful[str]  # type: ignore[misc]


def check_against_a_copy_not_decorated() -> None:
    isinstance(3, Copy)  # type: ignore[misc]


def check_by_bound() -> None:
    isinstance(3, StatefulT)  # type: ignore[arg-type]


def no_protocol() -> None:
    @typing_extensions.runtime_checkable
    class Wrong(Stateful):  # type: ignore[misc]
        def reset(self) -> None: ...


def protocol_of_a_class() -> None:
    class Wrong(Nominal, typing_extensions.Protocol):  # type: ignore[misc]
        def reset(self) -> None: ...


def refer_weakly_to_slots() -> None:
    class Wrong(Stateful):
        __slots__ = ()
        state_dict = Nominal.state_dict
        load_state_dict = Nominal.load_state_dict

    weakref.ref(Wrong())


def copy_a_lock() -> None:
    copy.deepcopy({"lock": threading.Lock()})


def save_a_set() -> None:
    json.dumps({1})


RAISING = [
    ("TypeError: Can't instantiate abstract class … with abstract method …", Incomplete),
    ("NotImplementedError", call_missing_method),
    ("NotImplementedError", call_super),
    ("TypeError: 'NoneType' object is not subscriptable", look_into_what_a_copy_returns),
    ("AttributeError: 'NoneType' object has no attribute …", go_through_what_a_copy_returns),
    (f"TypeError: metaclass conflict: {CONFLICT}", inherit_with_another_metaclass),
    (f"{KEYWORD} …", inherit_with_a_keyword_of_python),
    (f"{MRO} for bases Generic, Stateful", name_generic_first),
    (f"{MRO} for bases Stateful, …", name_stateful_before_its_subclass),
    ("TypeError: … is not a generic class", give_a_type_parameter),
    ("TypeError: isinstance() arg 2 must be a type, a tuple of types, or a union", check_by_bound),
    (f"TypeError: {CHECKS} @runtime_checkable protocols", check_against_a_copy_not_decorated),
    ("TypeError: @runtime_checkable can be only applied to protocol classes, got …", no_protocol),
    ("TypeError: Protocols can only inherit from other protocols, got …", protocol_of_a_class),
    ("TypeError: cannot create weak reference to … object", refer_weakly_to_slots),
    ("TypeError: cannot pickle '_thread.lock' object", copy_a_lock),
    ("TypeError: Object of type … is not JSON serializable", save_a_set),
]
ROWS = quoted_rows("What Python prints")


@pytest.mark.parametrize(("text", "raising"), RAISING)
def test_page_quotes_what_is_raised(text: str, raising: Callable[[], object]) -> None:
    [row] = [row for row in ROWS if text in row]
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
    asked = [NON_METHOD, *(text for text, _ in RAISING)]
    for row in ROWS:
        assert set(row) & set(asked), f"no test raises {row[0]}"
