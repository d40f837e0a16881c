"""`Training` of docs/examples/torch_dcp.py, with PyTorch's optimizers at awkward moments."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn, optim

from docs.examples.test_resuming import STORAGES
from docs.examples.torch_dcp import Training
from tests.interop.torch_cases import TENSORS

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


class Run:
    """A model and its optimizer. The second layer is used from a certain step on."""

    joins = 1

    def __init__(self, optimizer: str) -> None:
        torch.manual_seed(0)
        self.model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
        self.optimizer = OPTIMIZERS[optimizer](self.model.parameters())

    @property
    def training(self) -> Training:
        return Training(self.model, self.optimizer)

    def backward(self, step: int) -> None:
        self.optimizer.zero_grad()
        used = self.model if step >= self.joins else self.model[0]
        used(torch.tensor([1.0, step])).square().sum().backward()

    def course(self, *steps: int) -> list[Any]:
        for step in steps:
            self.backward(step)
            self.optimizer.step()
        return [parameter.tolist() for parameter in self.model.parameters()]


def asked_fresh(original: Run, resumed: Run, untouched: Run, restore: Any) -> None:
    original.training.state_dict()
    resumed.training.state_dict()
    assert original.course(1, 2) == untouched.course(1, 2)
    restore(original.training, resumed.training)
    assert resumed.course(3, 4) == original.course(3, 4) == untouched.course(3, 4)


def fresh_with_gradients(original: Run, resumed: Run, _: Run, restore: Any) -> None:
    original.course(1, 2)
    resumed.backward(1)
    restore(original.training, resumed.training)
    assert resumed.course(3, 4) == original.course(3, 4)


def joined_later(original: Run, resumed: Run, untouched: Run, restore: Any) -> None:
    original.joins = resumed.joins = untouched.joins = 4
    original.course(1, 2)
    restore(original.training, resumed.training)
    expected = untouched.course(1, 2, 3, 4, 5)
    assert resumed.course(3, 4, 5) == original.course(3, 4, 5) == expected


def before_first_step(original: Run, resumed: Run, untouched: Run, restore: Any) -> None:
    original.backward(1)
    restore(original.training, resumed.training)
    original.optimizer.step()  # with the gradients that it had
    assert resumed.course(1) == original.course() == untouched.course(1)
    assert resumed.course(2, 3) == original.course(2, 3) == untouched.course(2, 3)


def misfit_refused(original: Run, refusing: Run, untouched: Run, _: Any) -> None:
    original.course(1, 2)
    with pytest.raises(ValueError, match="another model or of another optimizer"):
        refusing.training.load_state_dict({**original.training.state_dict(), "model": {}})
    assert refusing.course(1, 2) == untouched.course(1, 2)


SITUATIONS = [asked_fresh, fresh_with_gradients, joined_later, before_first_step, misfit_refused]


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_run_goes_on_as_if_nothing_had_happened(optimizer: str, situation: Any) -> None:
    for storage in TENSORS:
        situation(*(Run(optimizer) for _ in range(3)), STORAGES[storage])
