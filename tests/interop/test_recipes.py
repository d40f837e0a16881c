"""The two ways on docs/pytorch.md to save a model with its optimizer, with PyTorch's optimizers."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import torch_dcp
from checkpointer import restore, snapshot
from test_resuming import STORAGES
from torch import nn, optim
from torch_dcp import Training

from tests.pages import code_blocks

OPTIMIZERS: dict[str, Callable[[Any], optim.Optimizer]] = {
    "AdamW": lambda values: optim.AdamW(values, lr=0.1),
    "Adam, weight decay": lambda values: optim.Adam(values, lr=0.1, weight_decay=0.1),
    "Adam, amsgrad": lambda values: optim.Adam(values, lr=0.1, amsgrad=True),
    "SGD": lambda values: optim.SGD(values, lr=0.01),
    "SGD, momentum": lambda values: optim.SGD(values, lr=0.01, momentum=0.9),
    "SGD, dampening": lambda values: optim.SGD(values, lr=0.01, momentum=0.9, dampening=0.5),
    "SGD, nesterov": lambda values: optim.SGD(values, lr=0.01, momentum=0.9, nesterov=True),
    "RMSprop": lambda values: optim.RMSprop(values, lr=0.01, momentum=0.9),
    "Adagrad": optim.Adagrad,
    "Adadelta": optim.Adadelta,
    "Adamax": optim.Adamax,
    "NAdam": optim.NAdam,
    "RAdam": optim.RAdam,
    "ASGD": optim.ASGD,
    "Rprop": optim.Rprop,
    "Adafactor": optim.Adafactor,
}
each_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS)


class Run:
    """A model and its optimizer. The second layer is used from a step on."""

    second_layer_from = 1

    def __init__(self, optimizer: str, dtype: torch.dtype = torch.float32) -> None:
        torch.manual_seed(0)
        self.dtype = dtype
        self.model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)).to(dtype)
        self.optimizer = OPTIMIZERS[optimizer](self.model.parameters())

    def compute_gradients(self, step: int) -> None:
        self.optimizer.zero_grad()
        used = self.model if step >= self.second_layer_from else self.model[0]
        inputs = torch.tensor([1.0, step], dtype=self.dtype)
        used(inputs).square().sum().backward()

    def course(self, *steps: int) -> list[Any]:
        for step in steps:
            self.compute_gradients(step)
            self.optimizer.step()
        return [parameter.tolist() for parameter in self.model.parameters()]


by_distributed_checkpoint = STORAGES["torch.distributed.checkpoint"]

# Not sharded: the model in `ModuleState`, its optimizer in `AsOneValue`


@pytest.fixture
def as_one_value(tmp_path: Path) -> Callable[[Run, Run], None]:
    """Save a run and load it into another one."""
    names = code_blocks.run("docs/pytorch.md", tmp_path)

    def restore(original: Run, resumed: Run) -> None:
        for adapter, part in (("ModuleState", "model"), ("AsOneValue", "optimizer")):
            pair = (names[adapter](getattr(run, part)) for run in (original, resumed))
            by_distributed_checkpoint(*pair)

    return restore


Restore = Callable[[Run, Run], None]


def asked_fresh(original: Run, resumed: Run, untouched: Run, restore: Restore) -> None:
    for run in (original, resumed):
        run.optimizer.state_dict()
    assert original.course(1, 2) == untouched.course(1, 2)
    restore(original, resumed)
    assert resumed.course(3, 4) == original.course(3, 4) == untouched.course(3, 4)


def fresh_with_gradients(original: Run, resumed: Run, _: Run, restore: Restore) -> None:
    original.course(1, 2)
    resumed.compute_gradients(1)
    restore(original, resumed)
    assert resumed.course(3, 4) == original.course(3, 4)


def joined_later(original: Run, resumed: Run, untouched: Run, restore: Restore) -> None:
    for run in (original, resumed, untouched):
        run.second_layer_from = 4
    original.course(1, 2)
    restore(original, resumed)
    expected = untouched.course(1, 2, 3, 4, 5)
    assert resumed.course(3, 4, 5) == original.course(3, 4, 5) == expected


def before_first_step(original: Run, resumed: Run, untouched: Run, restore: Restore) -> None:
    original.compute_gradients(1)
    restore(original, resumed)
    assert resumed.course(1, 2, 3) == original.course(1, 2, 3) == untouched.course(1, 2, 3)


def misfit_refused(original: Run, refusing: Run, untouched: Run, restore: Restore) -> None:
    original.model = nn.Sequential(nn.Linear(2, 2))
    with pytest.raises(RuntimeError):
        restore(original, refusing)
    assert refusing.course(1, 2) == untouched.course(1, 2)


SITUATIONS = [asked_fresh, fresh_with_gradients, joined_later, before_first_step, misfit_refused]


@pytest.mark.parametrize("situation", SITUATIONS)
@each_optimizer
def test_run_goes_on_as_if_nothing_had_happened(
    optimizer: str, situation: Callable[..., None], as_one_value: Restore
) -> None:
    situation(Run(optimizer), Run(optimizer), Run(optimizer), as_one_value)


def test_nadam_in_double_precision_is_cast(as_one_value: Restore) -> None:
    original, resumed = Run("NAdam", torch.float64), Run("NAdam", torch.float64)
    original.course(1, 2)
    as_one_value(original, resumed)
    assert resumed.course(3) != original.course(3)


# Sharded or not: `Training`


@each_optimizer
def test_training_is_resumed_again_and_by_a_used_one(optimizer: str) -> None:
    original, resumed, again, used = (Run(optimizer) for _ in range(4))
    used.course(3, 2, 1)
    original.course(1, 2)
    for source, target in ((original, resumed), (resumed, again), (original, used)):
        target.optimizer.zero_grad()
        by_distributed_checkpoint(
            Training(source.model, source.optimizer), Training(target.model, target.optimizer)
        )
    expected = original.course(3, 4)
    assert [run.course(3, 4) for run in (resumed, again, used)] == [expected] * 3


def test_any_number_of_ranks_restores_every_bit() -> None:
    command = [sys.executable, torch_dcp.__file__]
    loopback = {**os.environ, "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}
    output = subprocess.check_output(command, encoding="utf-8", env=loopback, timeout=120)
    *launched, last = output.splitlines()
    places = ["saved on 2", "restored on 2", "restored on 1", "restored on 4"]
    assert [line.partition(":")[0] for line in launched] == places
    assert last == "all equal, bit for bit"


@pytest.mark.parametrize("ranks", [1, 2, 4])
def test_each_rank_gets_an_equal_share_of_each_batch(ranks: int) -> None:
    samplers = [torch_dcp.Sampler(70, 16, rank, ranks) for rank in range(ranks)]
    batch = [sampler.next_batch() for sampler in samplers]
    assert {len(share) for share in batch} == {16 // ranks}
    assert len({row for share in batch for row in share}) == 16
    with pytest.raises(ValueError, match="no equal shares"):
        torch_dcp.Sampler(70, 15, 0, 2 * ranks)


# docs/examples/checkpointer.py


def test_checkpointer_restores_a_model_and_its_optimizer(tmp_path: Path) -> None:
    original, resumed = Run("AdamW"), Run("AdamW")
    original.course(1, 2)
    saved = snapshot({"parts": [original.model, original.optimizer]})
    torch.save(saved, tmp_path / "run")
    run: dict[str, object] = {"parts": [resumed.model, resumed.optimizer]}
    restore(run, torch.load(tmp_path / "run"))
    assert resumed.course(3, 4) == original.course(3, 4)
