"""What pages tell people to copy survives what they do to it."""

import copy
from pathlib import Path
from typing import Any

import pytest
import typing_extensions

from stateful import Stateful
from tests.pages import code_blocks


class View:
    """Its snapshot holds its own list, as the protocol allows."""

    def __init__(self) -> None:
        self.values = [0]

    def state_dict(self) -> dict[str, Any]:
        return {"values": self.values}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.values[:] = state_dict["values"]


class Keeper(View):
    """It keeps the caller's list, as PyTorch's optimizers do."""

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.values = state_dict["values"]


class Interrupted(View):
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        if state_dict["values"] != [0]:
            raise KeyboardInterrupt


# Several objects as one


@pytest.fixture
def using(tmp_path: Path) -> dict[str, Any]:
    return code_blocks.run("docs/using.md", tmp_path)


@pytest.mark.parametrize("cls", [View, Keeper])
def test_group_that_is_interrupted_goes_back(cls: type[View], using: dict[str, Any]) -> None:
    group = using["Group"](part=cls(), interrupted=Interrupted())
    with pytest.raises(KeyboardInterrupt):
        group.load_state_dict({"part": {"values": [99]}, "interrupted": {"values": [99]}})
    assert group.state_dict()["part"] == {"values": [0]}


def test_group_that_does_not_fit_goes_back(using: dict[str, Any]) -> None:
    group = using["Group"](
        view=View(), inner=using["Group"](view=View(), counter=using["Counter"]())
    )
    before = copy.deepcopy(group.state_dict())
    misfit = {"view": {"values": [99]}, "inner": {"view": {"values": [99]}, "counter": {}}}
    message = r"inner does not fit \(ValueError: counter does not fit \(KeyError: 'count'\)\)"
    with pytest.raises(ValueError, match=message):
        group.load_state_dict(misfit)
    assert group.state_dict() == before


def test_part_of_a_group_may_have_any_name(using: dict[str, Any]) -> None:
    assert using["Group"](self=View()).state_dict() == {"self": {"values": [0]}}


# Incomplete subclasses


def test_list_of_incomplete_subclasses_leaves_protocols_out(tmp_path: Path) -> None:
    class Extending(Stateful, typing_extensions.Protocol):
        def reset(self) -> None: ...

    class Half(Extending):
        pass

    names = code_blocks.run("docs/migrating.md", tmp_path)
    listed = names["incomplete_subclasses"](Stateful)
    assert Half in listed
    assert Extending not in listed
