"""What `docs/migrating.md` says of copies of the protocol, and of classes that move."""

from __future__ import annotations

import abc
import sys
import typing
from typing import Any
from unittest.mock import Mock

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


@pytest.mark.parametrize("copy", [TypingCopy, ExtensionsCopy])
def test_bare_mock_is_no_match_any_more(copy: type) -> None:
    assert isinstance(Mock(), copy) is (BELOW_3_12 and copy is TypingCopy)
    assert not isinstance(Mock(), Stateful)
    assert isinstance(Mock(spec=Stateful), copy)


def test_stateful_has_no_type_parameter() -> None:
    with pytest.raises(TypeError):
        Stateful[str]  # type: ignore[misc]


def test_methods_of_the_instance_do_not_complete_a_class() -> None:
    class Late(Stateful):
        def __init__(self) -> None:
            vars(self).update(state_dict=dict, load_state_dict=print)

    with pytest.raises(TypeError, match="abstract class Late"):
        Late()  # type: ignore[abstract]


def test_delegation_does_not_complete_a_class() -> None:
    class Wrapper(Delegating, Stateful):
        pass

    with pytest.raises(TypeError, match="abstract class Wrapper"):
        Wrapper()  # type: ignore[abstract]


def test_methods_assigned_later_complete_a_class_after_an_update() -> None:
    class Late(Stateful):
        pass

    Late.state_dict = Exact.state_dict  # type: ignore[method-assign, assignment]
    Late.load_state_dict = Exact.load_state_dict  # type: ignore[method-assign, assignment]
    with pytest.raises(TypeError, match="abstract class Late"):
        Late()  # type: ignore[abstract]
    abc.update_abstractmethods(Late)  # type: ignore[type-abstract]
    assert Late().state_dict() == {}  # type: ignore[abstract]
