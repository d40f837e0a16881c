"""What pages tell people to copy survives a snapshot that is a view."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.pages import code_blocks


class View:
    """Its snapshot holds its own list, as the protocol allows."""

    def __init__(self) -> None:
        self.values = [0]

    def state_dict(self) -> dict[str, Any]:
        return {"values": self.values}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.values[:] = state_dict["values"]


@pytest.fixture
def helpers(tmp_path: Path) -> dict[str, Any]:
    return code_blocks.run("docs/helpers.md", tmp_path)


def test_undo_goes_back(helpers: dict[str, Any]) -> None:
    view = View()
    undo = helpers["Undo"](view)
    view.values[0] = 99
    assert undo.undo().values == [0]


class Keeper(View):
    """It keeps the caller's list, as PyTorch's optimizers do."""

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.values = state_dict["values"]


def test_undo_goes_back_a_second_time(helpers: dict[str, Any]) -> None:
    keeper = Keeper()
    undo = helpers["Undo"](keeper)
    for _ in range(2):
        keeper.values[0] = 99
        assert undo.undo().values == [0]


class Interrupted(View):
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        if state_dict["values"] != [0]:
            raise KeyboardInterrupt


def test_group_that_is_interrupted_goes_back(helpers: dict[str, Any]) -> None:
    group = helpers["Group"](view=View(), interrupted=Interrupted())
    with pytest.raises(KeyboardInterrupt):
        group.load_state_dict({"view": {"values": [99]}, "interrupted": {"values": [99]}})
    assert group.state_dict()["view"] == {"values": [0]}


def test_group_that_does_not_fit_goes_back(helpers: dict[str, Any]) -> None:
    group = helpers["Group"](view=View(), counter=helpers["Counter"]())
    with pytest.raises(ValueError, match="counter does not fit \\(KeyError: 'count'\\)"):
        group.load_state_dict({"view": {"values": [99]}, "counter": {}})
    assert group.state_dict() == {"view": {"values": [0]}, "counter": {"count": 0}}


def test_group_names_the_parts_that_it_wants(helpers: dict[str, Any]) -> None:
    group = helpers["Group"](view=View())
    with pytest.raises(ValueError, match=r"has \['other'\], wanted are \['view'\]"):
        group.load_state_dict({"other": {}})
