"""The page docs/errors.md quotes what Python prints. Interop has what PyTorch prints."""

import json
import subprocess
import sys
import typing
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import pytest

from stateful import Stateful
from tests.pages.error_texts import is_quoted, quoted_rows
from tests.verdicts.shapes import Incomplete, Nominal

T = TypeVar("T")

MRO = "Cannot create a consistent method resolution order (MRO)"
CHECKS = "Instance and class checks can only be used with"


class Mapped(Stateful, dict[str, Any]): ...


def call_missing_method() -> None:
    Mapped().state_dict()  # type: ignore[abstract]


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


def name_generic_first() -> None:
    class Wrong(Generic[T], Stateful): ...  # noqa: PYI059


def name_stateful_before_its_subclass() -> None:
    class Wrong(Stateful, Nominal): ...  # type: ignore[metaclass, misc]


def give_a_type_parameter() -> None:
    Stateful[str]  # type: ignore[misc]


def check_against_a_copy_that_is_not_decorated() -> None:
    isinstance(3, Copy)  # type: ignore[misc]


def save_a_set() -> None:
    json.dumps({1})


RAISING = [
    ("Can't instantiate abstract class …", Incomplete),
    ("NotImplementedError", call_missing_method),
    ("'NoneType' object is not subscriptable", look_into_what_a_copy_returns),
    ("'NoneType' object has no attribute …", go_through_what_a_copy_returns),
    ("metaclass conflict: …", inherit_with_another_metaclass),
    (f"{MRO} for bases Generic, Stateful", name_generic_first),
    (f"{MRO} for bases Stateful, …", name_stateful_before_its_subclass),
    ("… is not a generic class", give_a_type_parameter),
    (f"{CHECKS} @runtime_checkable protocols", check_against_a_copy_that_is_not_decorated),
    ("Object of type … is not JSON serializable", save_a_set),
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
NON_METHOD = "Protocols with non-method members don't support issubclass()"


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
