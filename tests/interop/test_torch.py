"""PyTorch's protocol and this one, and what goes through its distributed checkpointing."""

from pathlib import Path
from typing import Any

import pytest
import torch
from checkpointer import snapshot
from test_resuming import text
from torch import nn
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.distributed.checkpoint.stateful import Stateful as TorchStateful

from stateful import Stateful
from tests.interop.storages import Holder
from tests.verdicts import shapes

# The same answers, and the differences for a nominal subclass


MATCHING = [shapes.Exact, shapes.RenamedParameter, shapes.Properties, shapes.DataAttributes]


@pytest.mark.parametrize("cls", [*MATCHING, *shapes.NO_MATCH])
def test_both_answer_alike(cls: type[Any]) -> None:
    assert isinstance(cls(), TorchStateful) is isinstance(cls(), Stateful) is (cls in MATCHING)


@pytest.mark.parametrize(("base", "other"), [(Stateful, TorchStateful), (TorchStateful, Stateful)])
def test_nominal_subclass_matches_its_own_protocol_whatever_it_has(base: Any, other: Any) -> None:
    without = type("Without", (base,), {"state_dict": None, "load_state_dict": None})
    assert isinstance(without(), base)
    assert not isinstance(without(), other)


class StatefulModule(nn.Module, Stateful):
    """Names the protocol after the module, whose methods then count."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(2, 2)


# Objects that know only `stateful`, saved and loaded by PyTorch


def new_run(value: int) -> dict[str, Any]:
    """Return stateful objects, modules, tensors and plain values: others for each value."""
    torch.manual_seed(value)
    return {
        "holder": Holder(tensor=torch.full((3,), value), nested={"list": [value, None]}),
        "nominal module": StatefulModule(),
        "tensor": torch.full((2,), value),
        "plain": value,
    }


def test_what_is_loaded_equals_what_was_saved(tmp_path: Path) -> None:
    saved, loaded = new_run(1), new_run(2)
    objects = dict(loaded)
    save(saved, checkpoint_id=tmp_path)
    load(loaded, checkpoint_id=tmp_path)
    assert text(snapshot(loaded)) == text(snapshot(saved)) != text(snapshot(new_run(2)))
    assert [name for name in loaded if loaded[name] is not objects[name]] == ["plain"]
