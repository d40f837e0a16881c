"""What docs/pytorch.md and docs/values.md say, and the classes that they show."""

import copy
import io
import os
import random
import re
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import pytest
import torch
import torch_dcp
from checkpointer import restore, snapshot
from test_resuming import STORAGES, Case, text
from torch import nn, optim
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.default_planner import DefaultLoadPlanner
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.distributed.checkpoint.stateful import Stateful as TorchStateful

from tests.examples.test_resuming import failures, next_step
from tests.interop.shown import PYTORCH, VALUES, Holder, linear
from tests.pages import content

ONE, ZERO = torch.ones(1), torch.zeros(1)


# The classes that are shown resume


def add_to_weights(state: Any) -> object:
    return [parameter.data.add_(1) for parameter in state.module.parameters()]


def draw(_: object = None) -> object:
    return [random.random(), np.random.random(), torch.rand(1)]  # noqa: NPY002


def seeded() -> Any:
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002
    torch.manual_seed(0)
    return VALUES.Generators()


TENSORS = ["torch.save", "DCP"]
SHOWN = [
    Case(PYTORCH.Progress, next_step),
    Case(lambda: PYTORCH.ModuleState(linear()), add_to_weights, storages=TENSORS, view=True),
    Case(
        lambda: PYTORCH.AsOneValue(PYTORCH.Progress()),
        lambda one: next_step(one.inner),
        storages=TENSORS,
    ),
    Case(seeded, draw),
    Case(
        lambda: torch_dcp.Sampler(70, 16, 0, 1),
        torch_dcp.Sampler.next_batch,
        [{"of": [71, 16], "batches": 1}],
    ),
]


@pytest.mark.parametrize("case", SHOWN)
def test_class_that_is_shown_resumes(case: Case) -> None:
    assert failures(case) == {}


# What a fresh object must have


def save_and_load(saved: object, fresh: object, folder: Path, **options: Any) -> Any:
    """Save a value, load into a fresh one, and return what is there then."""
    loaded = {"value": fresh}
    save({"value": saved}, checkpoint_id=folder)
    load(loaded, checkpoint_id=folder, **options)
    return loaded["value"]


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
    assert any(message in row for row in content.quoted_rows("What PyTorch prints"))


def test_key_that_the_checkpoint_lacks_may_keep_its_fresh_value(tmp_path: Path) -> None:
    planner = DefaultLoadPlanner(allow_partial_load=True)
    holder = save_and_load(Holder(a=1), Holder(a=0, b=2), tmp_path, planner=planner)
    assert holder.state == {"a": 1, "b": 2}


# Errors


class Inheriting(TorchStateful, nn.Module):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.linear = linear()


@pytest.mark.parametrize(
    "raising",
    [
        Inheriting,
        lambda: linear().load_state_dict(torch.compile(linear()).state_dict()),
        lambda: linear().load_state_dict(nn.Linear(3, 3).state_dict()),
        lambda: STORAGES["torch.save"](Holder(a=random.Random()), Holder()),
        lambda: copy.deepcopy({"loss": linear()(torch.ones(2))}),
    ],
)
def test_page_of_errors_quotes_what_is_raised(raising: Callable[[], object]) -> None:
    with pytest.raises((AttributeError, RuntimeError, UnpicklingError)) as raised:
        raising()
    printed = " ".join(traceback.format_exception_only(raised.value)[0].split())
    rows = content.quoted_rows("What PyTorch prints")
    assert any(re.search(content.pattern(quoted), printed) for row in rows for quoted in row)


# A model and its optimizer


class Run:
    def __init__(self, make: Callable[[Any], optim.Optimizer]) -> None:
        torch.manual_seed(0)
        self.model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
        self.optimizer = make(self.model.parameters())
        self.scheduler = optim.lr_scheduler.StepLR(self.optimizer, step_size=2)

    def course(self, *steps: int) -> list[Any]:
        for step in steps:
            self.optimizer.zero_grad()
            self.model(torch.tensor([1.0, step])).square().sum().backward()
            self.optimizer.step()
            self.scheduler.step()
        return [parameter.tolist() for parameter in self.model.parameters()]


def by_adapters(source: Run, target: Run) -> None:
    through = PYTORCH.by_distributed_checkpoint
    through(*(PYTORCH.ModuleState(run.model) for run in (source, target)))
    through(*(PYTORCH.AsOneValue(run.optimizer) for run in (source, target)))
    through(*(PYTORCH.AsOneValue(run.scheduler) for run in (source, target)))


def by_training(source: Run, target: Run) -> None:
    target.optimizer.zero_grad()
    trainings = [torch_dcp.Training(run.model, run.optimizer) for run in (source, target)]
    PYTORCH.by_distributed_checkpoint(*trainings)
    target.scheduler.load_state_dict(source.scheduler.state_dict())


def by_checkpointer(source: Run, target: Run) -> None:
    file = io.BytesIO()
    torch.save(snapshot(vars(source)), file)
    file.seek(0)
    restore(vars(target), torch.load(file))


@pytest.mark.parametrize("restore_run", [by_adapters, by_training, by_checkpointer])
@pytest.mark.parametrize("make", [optim.AdamW, lambda values: optim.SGD(values, 0.01, 0.9)])
def test_run_goes_on_as_if_nothing_had_happened(
    make: Callable[[Any], optim.Optimizer], restore_run: Callable[[Run, Run], None]
) -> None:
    untouched, original, resumed, again, used = (Run(make) for _ in range(5))
    used.course(3, 2, 1)
    original.course(1, 2)
    for source, target in ((original, resumed), (resumed, again), (original, used)):
        restore_run(source, target)
    expected = untouched.course(1, 2, 3, 4)
    assert [run.course(3, 4) for run in (original, resumed, again, used)] == [expected] * 4


def test_sharded_optimizer_that_is_saved_before_its_first_step_goes_on_differently() -> None:
    untouched, saved = Run(optim.AdamW), Run(optim.AdamW)
    torch_dcp.Training(saved.model, saved.optimizer).state_dict()
    assert saved.course(1, 2) != untouched.course(1, 2)


def test_module_that_refuses_a_snapshot_goes_back() -> None:
    adapter = PYTORCH.ModuleState(linear())
    before = copy.deepcopy(adapter.state_dict())
    with pytest.raises(RuntimeError, match="size mismatch"):
        adapter.load_state_dict({"weight": torch.ones(1, 2), "bias": torch.ones(3)})
    assert text(adapter.state_dict()) == text(before)


# Several ranks


def test_any_number_of_ranks_restores_every_bit() -> None:
    command = [sys.executable, torch_dcp.__file__]
    loopback = {**os.environ, "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}
    output = subprocess.check_output(command, encoding="utf-8", env=loopback, timeout=120)
    *launched, last = output.splitlines()
    places = ["saved on 2", "restored on 2", "restored on 1", "restored on 4"]
    assert [line.partition(":")[0] for line in launched] == places
    assert last == "all equal, bit for bit"


# Random numbers


@pytest.mark.parametrize(
    "misfit", [{"python": [3, [1], None]}, {"numpy": {}}, {"torch": [0]}, {"cuda": [[0]] * 99}]
)
def test_generators_are_all_set_or_none(misfit: dict[str, Any]) -> None:
    generators = VALUES.Generators()
    before = generators.state_dict()
    draw()
    here, expected = generators.state_dict(), text(draw())
    generators.load_state_dict(here)
    with pytest.raises(Exception):  # noqa: B017, PT011 (each library has its own)
        generators.load_state_dict({**before, **misfit})
    assert text(draw()) == expected
