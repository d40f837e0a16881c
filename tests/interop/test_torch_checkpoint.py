"""Objects that know only `stateful`, saved and loaded by PyTorch's distributed checkpointing."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import async_save, save

from stateful import Stateful
from tests.interop.modules import StatefulFirst, StatefulLast
from tests.interop.resuming import comparable
from tests.verdicts.uses import Counter


class Buffer:
    """A stateful class whose snapshot is a view: the tensor itself, not a copy."""

    def __init__(self, fill: float) -> None:
        self.values = torch.full((3,), fill)
        self.loaded: list[dict[str, Any]] = []

    def state_dict(self) -> dict[str, Any]:
        return {"values": self.values, "nested": {"list": [1, 2], "none": None}}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.loaded.append(state_dict)


class NominalCounter(Counter, Stateful):
    """A stateful class that inherits from the protocol."""


def new_run(value: int) -> dict[str, Any]:
    """Return stateful objects, modules and plain values, all of them different."""
    torch.manual_seed(value)
    return {
        "counter": Counter(value),
        "buffer": Buffer(float(value)),
        "nominal": NominalCounter(value),
        "first": StatefulFirst(),
        "last": StatefulLast(),
        "module": nn.Linear(2, 2),
        "plain": value,
        "tensor": torch.full((2,), float(value)),
    }


def contents(run: dict[str, Any]) -> Any:
    return comparable(
        {
            name: value.state_dict() if isinstance(value, Stateful) else value
            for name, value in run.items()
        }
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "checkpoint"


def test_what_is_loaded_equals_what_was_saved(folder: Path) -> None:
    saved, loaded = new_run(1), new_run(2)
    save(saved, checkpoint_id=folder)
    load(loaded, checkpoint_id=folder)
    assert contents(loaded) == contents(saved) != contents(new_run(2))


def test_asynchronous_save_holds_the_state_of_its_time(folder: Path) -> None:
    saved, loaded = new_run(1), new_run(2)
    expected = contents(saved)
    future = async_save(saved, checkpoint_id=folder)
    assert isinstance(future, Future)
    saved["counter"].count = 99
    saved["buffer"].values.fill_(99)
    future.result()
    load(loaded, checkpoint_id=folder)
    assert contents(loaded) == expected


def test_objects_are_restored_in_place(folder: Path) -> None:
    save(new_run(1), checkpoint_id=folder)
    loaded = new_run(2)
    before = dict(loaded)
    load(loaded, checkpoint_id=folder)
    assert list(loaded) == list(before)
    assert all(loaded[name] is before[name] for name in loaded if name != "plain")


def test_saving_leaves_the_mapping_as_it_was(folder: Path) -> None:
    run = new_run(1)
    before, state = dict(run), contents(run)
    save(run, checkpoint_id=folder)
    assert list(run.items()) == list(before.items())
    assert contents(run) == state


def test_loader_reads_into_the_snapshot_that_it_was_given(folder: Path) -> None:
    """It calls `state_dict` first and writes into the tensors it finds there."""
    save({"buffer": Buffer(1.0)}, checkpoint_id=folder)
    buffer = Buffer(2.0)
    values = buffer.values
    load({"buffer": buffer}, checkpoint_id=folder)
    assert values.tolist() == [1.0] * 3
    assert buffer.loaded[0]["values"] is values
