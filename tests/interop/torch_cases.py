"""How to make and advance the classes that the pages about PyTorch and its example show."""

# ruff: noqa: NPY002 (the generators of the process are what one page is about)

import random
from typing import Any

import numpy as np
import torch
from torch import nn, optim

from docs.examples import torch_dcp
from docs.examples.test_resuming import Case
from tests.pages.page_cases import MakeCases, advance

TENSORS = ["torch.save", "torch.distributed.checkpoint"]
step = advance("step")


def linear() -> nn.Module:
    torch.manual_seed(0)
    return nn.Linear(2, 1)


def training() -> torch_dcp.Training:
    model = linear()
    return torch_dcp.Training(model, optim.AdamW(model.parameters(), lr=0.1))


def train(value: torch_dcp.Training) -> list[Any]:
    value.optimizer.zero_grad()
    value.model(torch.ones(2)).sum().backward()
    value.optimizer.step()
    return [parameter.tolist() for parameter in value.model.parameters()]


def seed() -> None:
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)


def draw(_: object) -> list[float]:
    return [random.gauss(), np.random.normal(), torch.rand(1).item()]


CASES: dict[str, MakeCases] = {
    "docs/pytorch.md": lambda page: {
        "Progress": Case(page["Progress"], step),
        "ModuleState": Case(
            lambda: page["ModuleState"](linear()),
            lambda state: [value.data.add_(1).tolist() for value in state.module.parameters()],
            storages=TENSORS,
            view=True,
        ),
        "AsOneValue": Case(
            lambda: page["AsOneValue"](page["Progress"]()),
            lambda value: step(value.inner),
            storages=TENSORS,
        ),
    },
    "docs/values.md": lambda page: {
        "Generators": Case(lambda: seed() or page["Generators"](), draw),
    },
    "docs.examples.torch_dcp": lambda module: {
        "Training": Case(training, train, (), TENSORS, view=True),
        "Sampler": Case(lambda: module["Sampler"](70, 16, 0, 1), module["Sampler"].next_batch),
        "Noise": Case(lambda: module["Noise"](0, 8), lambda noise: noise.draw(2), (), TENSORS),
        "Progress": Case(lambda: module["Progress"](None), step),
    },
}
