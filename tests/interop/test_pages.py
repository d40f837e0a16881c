"""What docs/pytorch.md and docs/values.md say, and the classes that they show."""

# ruff: noqa: NPY002 (the generators of the process are what one page is about)

import copy
import random
from collections.abc import Callable
from pathlib import Path
from pickle import UnpicklingError
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
import torch
from test_resuming import STORAGES, Case, text
from torch import nn
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.default_planner import DefaultLoadPlanner
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.distributed.checkpoint.stateful import Stateful as TorchStateful
from torch.optim.swa_utils import AveragedModel
from torchdata.stateful_dataloader import StatefulDataLoader
from torchdata.stateful_dataloader.sampler import RandomSampler

from tests.interop.objects import compiled, linear, process_group
from tests.interop.storages import Holder
from tests.pages import code_blocks
from tests.pages.error_texts import is_quoted, quoted_rows
from tests.pages.page_cases import MakeCases, advance, check_classes_shown
from tests.project import read_text

TENSORS = ["torch.save", "torch.distributed.checkpoint"]


# The classes that are shown resume


def add_to_weights(state: Any) -> list[Any]:
    return [parameter.data.add_(1).tolist() for parameter in state.module.parameters()]


def pytorch(names: dict[str, Any]) -> dict[str, Case[Any]]:
    step = advance("step")
    return {
        "Progress": Case(names["Progress"], step),
        "ModuleState": Case(
            lambda: names["ModuleState"](linear()), add_to_weights, storages=TENSORS, view=True
        ),
        "AsOneValue": Case(
            lambda: names["AsOneValue"](names["Progress"]()),
            lambda value: step(value.inner),
            storages=TENSORS,
        ),
    }


def draw(_: object = None) -> list[float]:
    return [random.random(), np.random.random(), torch.rand(1).item()]


def values(names: dict[str, Any]) -> dict[str, Case[Any]]:
    def seeded() -> Any:
        random.seed(0)
        np.random.seed(0)
        torch.manual_seed(0)
        return names["Generators"]()

    return {"Generators": Case(seeded, draw)}


def several_ranks(names: dict[str, Any]) -> dict[str, Case[Any]]:
    sampler, other_length = names["Sampler"], {"of": [71, 16], "batches": 1}
    return {"Sampler": Case(lambda: sampler(70, 16, 0, 1), sampler.next_batch, [other_length])}


CASES: dict[str, MakeCases] = {
    "docs/pytorch.md": pytorch,
    "docs/values.md": values,
    "torch_dcp": several_ranks,
}


@pytest.mark.parametrize("source", CASES)
def test_class_that_is_shown_resumes(source: str, tmp_path: Path) -> None:
    check_classes_shown(source, CASES[source], tmp_path)


@pytest.fixture
def page(tmp_path: Path) -> Any:
    """The names of what a page shows."""
    return lambda name: SimpleNamespace(**code_blocks.run(name, tmp_path))


def save_and_load(saved: object, fresh: object, folder: Path, **options: Any) -> Any:
    """Save a value, load into a fresh one, and return what is there then."""
    save({"value": saved}, checkpoint_id=folder / "checkpoint")
    loaded = {"value": fresh}
    load(loaded, checkpoint_id=folder / "checkpoint", **options)
    return loaded["value"]


# What a fresh object must have

ONE, ZERO = torch.ones(1), torch.zeros(1)


@pytest.mark.parametrize(
    ("saved", "fresh", "loaded"),
    [
        ({"b": 1, "c": 2}, {"b": 0}, {"b": 1}),
        ({"b": 1}, {}, {}),
        ([{"b": 1}, {"b": 2}], [{"b": 0}], [{"b": 1}]),
        ([ONE, ONE], [ZERO], [ONE]),
        (None, ZERO, None),
        (torch.tensor([1.7]), torch.tensor([0]), torch.tensor([1])),
        ({0: 1}, {0: 0}, {0: 0, "0": 1}),
    ],
)
def test_what_is_loaded(saved: Any, fresh: Any, loaded: Any, tmp_path: Path) -> None:
    holder = save_and_load(Holder(a=saved), Holder(a=copy.deepcopy(fresh)), tmp_path)
    assert text(holder.state) == text({"a": loaded})


@pytest.mark.parametrize(
    ("saved", "fresh", "message"),
    [
        ({"b": 1}, {"b": 0, "c": 0}, "Missing key in checkpoint state_dict"),
        ([ONE], [], "Missing key in checkpoint state_dict"),
        ([{"b": 1}], [], "Missing key in checkpoint state_dict"),
        ({"b": 1}, None, "Missing key in checkpoint state_dict"),
        (ONE, None, "Invalid checkpoint metadata"),
        (ONE, torch.zeros(2), "Size mismatch"),
        ({0: 0, "0": 1}, {}, "duplicated flatten key"),
    ],
)
def test_what_raises(saved: Any, fresh: Any, message: str, tmp_path: Path) -> None:
    assert not issubclass(CheckpointException, Exception)
    with pytest.raises(CheckpointException, match=message):
        save_and_load(Holder(a=saved), Holder(a=fresh), tmp_path)
    assert [message in row for row in quoted_rows("What PyTorch prints")].count(True) == 1


class Inheriting(TorchStateful, nn.Module):  # type: ignore[misc]
    """The protocol ends the chain of constructors: `Module.__init__` is not called."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = linear()


def load_on_a_missing_device() -> None:
    missing = f"cuda:{torch.cuda.device_count()}"
    with patch("torch.serialization.location_tag", lambda _: missing):
        STORAGES["torch.save"](Holder(a=ONE), Holder())


GRAPH = "RuntimeError: Only Tensors created explicitly by the user … support the deepcopy protocol"
RAISING: dict[str, Callable[[], object]] = {
    "AttributeError: cannot assign module before Module.__init__() call": Inheriting,
    "Unexpected key(s) in state_dict: …": lambda: linear().load_state_dict({"module.weight": ONE}),
    "UnpicklingError: Weights only load failed": lambda: STORAGES["torch.save"](
        Holder(a=random.Random()), Holder()
    ),
    "Attempting to deserialize object on … CUDA device …": load_on_a_missing_device,
    GRAPH: lambda: copy.deepcopy({"loss": linear()(torch.ones(2))}),
}


@pytest.mark.parametrize("quoted", RAISING)
def test_page_of_errors_quotes_what_is_raised(quoted: str) -> None:
    with pytest.raises((AttributeError, RuntimeError, UnpicklingError)) as raised:
        RAISING[quoted]()
    assert is_quoted(f"{raised.typename}: {raised.value}", [quoted])
    assert quoted in read_text("docs/errors.md")


def test_nested_objects_are_replaced_and_yours_stay(tmp_path: Path) -> None:
    saved, yours = Holder(a=7), Holder(a=0)
    one, other = save_and_load([saved, {"key": saved}], [yours, {"key": yours}], tmp_path)
    assert [yours.state, one.state, other["key"].state] == [{"a": 0}, {"a": 7}, {"a": 7}]


# Modules


@pytest.mark.parametrize("wrapper", [compiled, nn.parallel.DistributedDataParallel, AveragedModel])
def test_wrapper_has_a_prefix(wrapper: Callable[[nn.Module], nn.Module], page: Any) -> None:
    adapter = page("docs/pytorch.md").ModuleState
    with process_group():
        wrapped, plain = adapter(wrapper(linear())), adapter(linear())
    with pytest.raises(RuntimeError, match=r"Missing key\(s\) in state_dict"):
        plain.load_state_dict(wrapped.state_dict())
    prefixes = ("_orig_mod.", "module.", "n_averaged")
    assert all(key.startswith(prefixes) for key in wrapped.state_dict())


# Old checkpoints, and one value


def test_old_keys_are_loaded_as_plain_values_or_as_one(page: Any, tmp_path: Path) -> None:
    progress = page("docs/writing.md").Progress()
    planner = DefaultLoadPlanner(allow_partial_load=True)
    assert save_and_load(Holder(epoch=3), progress, tmp_path / "kept", planner=planner).step == 0
    progress.load_state_dict(save_and_load(Holder(epoch=3), {"epoch": 0}, tmp_path / "plain"))
    assert progress.step == 3000
    one_value = page("docs/pytorch.md").AsOneValue
    save_and_load(one_value(Holder(epoch=4)), one_value(progress), tmp_path / "one")
    assert progress.step == 4000


def test_as_one_value_a_snapshot_may_have_any_keys(page: Any, tmp_path: Path) -> None:
    one_value = page("docs/pytorch.md").AsOneValue
    saved, fresh = Holder(a={0: 1, 1: ONE}, b=[{"c": 1}]), Holder()
    save_and_load(one_value(saved), one_value(fresh), tmp_path)
    assert text(fresh.state) == text(saved.state)


# Random numbers


@pytest.mark.parametrize(
    "misfit",
    [
        {"python": [3, [1], None]},
        {"numpy": {}},
        {"torch": [0] * 16},  # as of a CUDA device
        {"cuda": [[0] * 16] * (torch.cuda.device_count() + 1)},
    ],
)
def test_generators_are_all_set_or_none(misfit: dict[str, Any], page: Any) -> None:
    generators = page("docs/values.md").Generators()
    before = generators.state_dict()
    draw()
    here, expected = generators.state_dict(), draw()
    generators.load_state_dict(here)
    with pytest.raises(Exception):  # noqa: B017, PT011 (each library has its own)
        generators.load_state_dict({**before, **misfit})
    assert draw() == expected


def test_loader_whose_sampler_has_a_generator_keeps_position_and_order() -> None:
    def loader() -> StatefulDataLoader[int]:
        sampler = RandomSampler(range(8), generator=torch.Generator())
        return StatefulDataLoader(range(8), sampler=sampler, num_workers=2)

    original, resumed = loader(), loader()
    left = iter(original)
    next(left)
    state = original.state_dict()
    torch.manual_seed(9)
    resumed.load_state_dict(state)
    assert [list(resumed), list(resumed)] == [list(left), list(original)]
