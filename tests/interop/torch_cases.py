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


def linear() -> nn.Module:
    torch.manual_seed(0)
    return nn.Linear(2, 1)


def new_training() -> torch_dcp.Training:
    model = linear()
    return torch_dcp.Training(model, optim.AdamW(model.parameters(), lr=0.1))


def train_a_step(value: torch_dcp.Training) -> list[Any]:
    value.optimizer.zero_grad()
    value.model(torch.ones(2)).sum().backward()
    value.optimizer.step()
    return [parameter.tolist() for parameter in value.model.parameters()]


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


def draw(_: object) -> list[float]:
    return [random.gauss(), np.random.normal(), torch.rand(1).item()]


def values(names: dict[str, Any]) -> dict[str, Case[Any]]:
    def seeded() -> Any:
        random.seed(0)
        np.random.seed(0)
        torch.manual_seed(0)
        return names["Generators"]()

    return {"Generators": Case(seeded, draw)}


def several_ranks(names: dict[str, Any]) -> dict[str, Case[Any]]:
    sampler, noise = names["Sampler"], names["Noise"]
    return {
        "Training": Case(new_training, train_a_step, storages=TENSORS, view=True),
        "Sampler": Case(
            lambda: sampler(length=70, batch_size=16, rank=0, ranks=1),
            sampler.next_batch,
            misfits=[{"of": [71, 16], "batches": 1}],  # of another length
        ),
        "Noise": Case(
            lambda: noise(rank=0, ranks=8), lambda value: value.draw(length=2), storages=TENSORS
        ),
    }


TORCH_CASES: dict[str, MakeCases] = {
    "docs/pytorch.md": pytorch,
    "docs/values.md": values,
    "docs.examples.torch_dcp": several_ranks,
}
