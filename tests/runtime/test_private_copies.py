"""What `docs/migrating.md` says of private copies of the protocol."""

from __future__ import annotations

import sys
import typing
from typing import Any

import pytest
import typing_extensions

from stateful import Stateful
from tests.verdicts.shapes import Exact

BELOW_3_12 = sys.version_info < (3, 12)


@typing.runtime_checkable
class TypingCopy(typing.Protocol):
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


@typing_extensions.runtime_checkable
class ExtensionsCopy(typing_extensions.Protocol):
    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


class Delegating:
    def __getattr__(self, name: str) -> Any:
        return getattr(Exact(), name)


class Initialized:
    def __init__(self) -> None:
        self.initialized = True


@pytest.mark.parametrize("copy", [TypingCopy, ExtensionsCopy])
def test_either_stands_for_the_other(copy: type) -> None:
    assert isinstance(Exact(), copy)
    assert issubclass(Stateful, copy)
    assert issubclass(copy, Stateful)


@pytest.mark.parametrize("copy", [TypingCopy, ExtensionsCopy])
def test_incomplete_subclass_of_a_copy_loses_its_state(copy: Any) -> None:
    class Half(copy):  # type: ignore[misc]
        pass

    assert Half().state_dict() is None


@pytest.mark.skipif(
    not BELOW_3_12, reason="from Python 3.12 on it depends on the version of typing_extensions"
)
def test_copy_of_typing_extensions_ends_the_chain_of_init() -> None:
    """Once this fails on every Python, `Stateful` need not delete its `__init__` any more."""

    class Net(ExtensionsCopy, Initialized):
        def state_dict(self) -> dict[str, Any]:
            return {}

        def load_state_dict(self, state_dict: dict[str, Any]) -> None:
            pass

    assert vars(Net()) == {}


def test_copy_of_typing_asks_delegating_objects() -> None:
    assert isinstance(Delegating(), TypingCopy) is BELOW_3_12
    assert not isinstance(Delegating(), Stateful)
