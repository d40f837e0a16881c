"""PyTorch's protocol and this one, and what goes through its distributed checkpointing."""

import copy
from concurrent.futures import Future
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import torch
from torch import nn
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.filesystem import FileSystemWriter
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import async_save, save
from torch.distributed.checkpoint.stateful import Stateful as TorchStateful

from docs.examples.test_resuming import text
from stateful import Stateful
from tests.interop.storages import Holder
from tests.verdicts import shapes

# The same answers, and the differences for a nominal subclass


MATCHING = [shapes.Exact, shapes.RenamedParameter, shapes.Properties, shapes.DataAttributes]


@pytest.mark.parametrize("cls", [*MATCHING, *shapes.NO_MATCH])
def test_both_answer_alike(cls: type[Any]) -> None:
    assert isinstance(cls(), TorchStateful) is isinstance(cls(), Stateful) is (cls in MATCHING)


def test_each_protocol_is_a_subclass_of_the_other() -> None:
    assert issubclass(Stateful, TorchStateful)
    assert issubclass(TorchStateful, Stateful)


@pytest.mark.parametrize(("base", "other"), [(Stateful, TorchStateful), (TorchStateful, Stateful)])
def test_nominal_subclass_matches_its_own_protocol_whatever_it_has(base: Any, other: Any) -> None:
    without = type("Without", (base,), {"state_dict": None, "load_state_dict": None})
    assert isinstance(without(), base)
    assert not isinstance(without(), other)


class StatefulFirst(Stateful, nn.Module):
    """Names the protocol before the module, and so has to pass both methods on."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(2, 2)

    def state_dict(self, **options: Any) -> dict[str, Any]:  # type: ignore[override]
        return nn.Module.state_dict(self, **options)

    def load_state_dict(self, state_dict: dict[str, Any], **options: Any) -> None:  # type: ignore[override]
        nn.Module.load_state_dict(self, state_dict, **options)


class StatefulLast(nn.Module, Stateful):
    """Names the protocol after the module, whose methods then count."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(2, 2)


@pytest.mark.parametrize("cls", [StatefulFirst, StatefulLast])
def test_module_that_inherits_from_the_protocol_is_constructed(cls: type[nn.Module]) -> None:
    assert sorted(cls().state_dict()) == ["linear.bias", "linear.weight"]


def test_with_the_protocol_of_pytorch_an_incomplete_class_loses_its_state() -> None:
    class Half(TorchStateful):
        def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...

    assert Half().state_dict() is None  # type: ignore[abstract]


# Objects that know only `stateful`, saved and loaded by PyTorch


class NominalHolder(Holder, Stateful):
    """Inherits from the protocol."""


def new_run(value: int) -> dict[str, Any]:
    """Return stateful objects, modules, tensors and plain values: others for each value."""
    torch.manual_seed(value)
    return {
        "holder": Holder(tensor=torch.full((3,), value), nested={"list": [value, None]}),
        "nominal": NominalHolder(value=value),
        "first": StatefulFirst(),
        "last": StatefulLast(),
        "module": nn.Linear(2, 2),
        "tensor": torch.full((2,), value),
        "plain": value,
    }


def contents(run: dict[str, Any]) -> str:
    states = {
        name: part.state_dict() if isinstance(part, Stateful) else part
        for name, part in run.items()
    }
    return text(states)


def test_what_is_loaded_equals_what_was_saved(tmp_path: Path) -> None:
    saved, loaded = new_run(1), new_run(2)
    objects = dict(loaded)
    before = contents(saved)
    save(saved, checkpoint_id=tmp_path)
    load(loaded, checkpoint_id=tmp_path)
    assert contents(loaded) == contents(saved) == before != contents(new_run(2))
    assert [name for name in loaded if loaded[name] is not objects[name]] == ["plain"]


def test_loader_reads_into_the_tensors_that_it_finds(tmp_path: Path) -> None:
    save({"holder": Holder(tensor=torch.ones(2))}, checkpoint_id=tmp_path)
    tensor = torch.zeros(2)
    holder = Holder(tensor=tensor)
    load({"holder": holder}, checkpoint_id=tmp_path)
    assert tensor.tolist() == [1.0, 1.0]
    assert holder.state["tensor"] is tensor


class Blocked(FileSystemWriter):
    """A writer that waits until it may go on."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.may_go_on = Event()

    def write_data(self, *arguments: Any) -> Any:
        self.may_go_on.wait(60)
        return super().write_data(*arguments)


@pytest.mark.parametrize("value", [torch.ones(2), [1, [2]], {"key": [1]}, {1, 2}, bytearray(b"1")])
def test_what_is_saved_asynchronously_may_change_at_once(value: Any, tmp_path: Path) -> None:
    before = copy.deepcopy(value)
    writer = Blocked(tmp_path)
    future = async_save({"holder": Holder(value=value)}, storage_writer=writer)
    if isinstance(value, torch.Tensor):
        value.zero_()
    elif isinstance(value, list):
        value[1].clear()
    elif isinstance(value, dict):
        value["key"].clear()
    else:
        value.clear()
    writer.may_go_on.set()
    assert isinstance(future, Future)
    future.result()
    fresh = {"key": None} if isinstance(before, dict) else copy.deepcopy(value)
    loaded = Holder(value=fresh)
    load({"holder": loaded}, checkpoint_id=tmp_path)
    assert text(loaded.state["value"]) == text(before)


def test_result_of_an_asynchronous_save_is_awaited_before_loading(tmp_path: Path) -> None:
    writer, loaded = Blocked(tmp_path), Holder(value=0)
    future = async_save({"holder": Holder(value=1)}, storage_writer=writer)
    with pytest.raises(CheckpointException):
        load({"holder": loaded}, checkpoint_id=tmp_path)
    writer.may_go_on.set()
    assert isinstance(future, Future)
    future.result()
    load({"holder": loaded}, checkpoint_id=tmp_path)
    assert loaded.state == {"value": 1}


class Full(FileSystemWriter):
    def write_data(self, *arguments: Any) -> Any:
        raise OSError


def test_result_of_an_asynchronous_save_raises_what_failed(tmp_path: Path) -> None:
    future = async_save({"holder": Holder(value=1)}, storage_writer=Full(tmp_path))
    assert isinstance(future, Future)
    with pytest.raises(CheckpointException, match="OSError"):
        future.result()
