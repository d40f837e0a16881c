"""How to make and advance the classes that the pages about PyTorch and its example show."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from docs.examples import torch_dcp
from docs.examples.test_resuming import Case
from tests.pages.cases import COUNTER, Cases, advance

TENSORS = ["copy.deepcopy", "pickle", "torch.save", "torch.distributed.checkpoint"]
"""The storages that take tensors."""


def new_training() -> torch_dcp.Training:
    torch.manual_seed(0)
    model = nn.Linear(2, 1)
    return torch_dcp.Training(model, torch.optim.AdamW(model.parameters(), lr=0.1))


def train(training: torch_dcp.Training) -> list[list[float]]:
    training.optimizer.zero_grad()
    training.model(torch.ones(1, 2)).sum().backward()
    training.optimizer.step()
    return [parameter.tolist() for parameter in training.model.parameters()]


def training(_: Mapping[str, Any]) -> Case[Any]:
    snapshot = new_training().state_dict()
    parameters = {**snapshot["optimizer"], "param_groups": []}
    misfits = [{**snapshot, "model": {}}, {**snapshot, "optimizer": parameters}]
    return Case(new_training, train, misfits=misfits, storages=TENSORS, view=True)


def new_module_state(cls: Callable[[nn.Module], Any]) -> Callable[[], Any]:
    def make() -> Any:
        torch.manual_seed(0)
        return cls(nn.Linear(2, 1))

    return make


def add_to_weights(state: Any) -> list[float]:
    with torch.no_grad():
        for parameter in state.module.parameters():
            parameter.add_(1)
    return [parameter.tolist() for parameter in state.module.parameters()]


def generators(names: Mapping[str, Any]) -> Case[Any]:
    def make() -> Any:
        return names["Generators"](
            random.Random(0), np.random.default_rng(0), torch.Generator().manual_seed(0)
        )

    def draw(value: Any) -> list[float]:
        tensor = torch.rand(1, generator=value.pytorch)
        return [value.python.random(), value.numpy.random(), tensor.item()]

    return Case(make, draw, misfits=[{**make().state_dict(), "pytorch": [1, 2, 3]}])


CASES: Cases = {
    "docs/runtime_checkers.md": COUNTER,
    "docs/pytorch.md": {
        "Progress": lambda names: Case(names["Progress"], advance("step")),
        "AsOneValue": lambda names: Case(
            lambda: names["AsOneValue"](names["Progress"]()),
            lambda value: advance("step")(value.inner),
            misfits=[{"snapshot": b"no checkpoint"}],
            storages=TENSORS,
        ),
        "ModuleState": lambda names: Case(
            new_module_state(names["ModuleState"]),
            add_to_weights,
            storages=TENSORS,
            view=True,
        ),
    },
    "docs/storages.md": {"Generators": generators},
    "docs.examples.torch_dcp": {
        "Training": training,
        "Sampler": lambda names: Case(
            lambda: torch_dcp.Sampler(64, batch_size=16), lambda sampler: sampler.next_batch(0, 1)
        ),
        "Noise": lambda names: Case(
            lambda: torch_dcp.Noise(0, 1), lambda noise: noise.draw(2), storages=TENSORS
        ),
        "Progress": lambda names: Case(lambda: torch_dcp.Progress(None), advance("step")),
    },
}
