"""Objects that know only `stateful`, saved and loaded by PyTorch's distributed checkpointing."""

import copy
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import async_save, save

from docs.examples.test_resuming import text
from stateful import Stateful
from tests.interop.storages import Holder
from tests.interop.test_torch_protocol import StatefulFirst, StatefulLast


class NominalHolder(Holder, Stateful):
    """Inherits from the protocol."""


def new_run(value: int) -> dict[str, Any]:
    """Return stateful objects, modules, tensors and plain values, all of them different."""
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
    return text({k: v.state_dict() if isinstance(v, Stateful) else v for k, v in run.items()})


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


@pytest.mark.parametrize("value", [torch.ones(2), [1, [2]], {"key": [1]}, {1, 2}, bytearray(b"1")])
def test_what_is_saved_asynchronously_may_change_at_once(value: Any, tmp_path: Path) -> None:
    before = copy.deepcopy(value)
    future = async_save({"holder": Holder(value=value)}, checkpoint_id=tmp_path)
    if isinstance(value, torch.Tensor):
        value.zero_()
    elif isinstance(value, list):
        value[1].clear()
    elif isinstance(value, dict):
        value["key"].clear()
    else:
        value.clear()
    assert isinstance(future, Future)
    future.result()
    fresh = {"key": None} if isinstance(before, dict) else copy.deepcopy(value)
    loaded = Holder(value=fresh)
    load({"holder": loaded}, checkpoint_id=tmp_path)
    assert text(loaded.state["value"]) == text(before)
