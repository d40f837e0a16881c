"""`Training` of docs/examples/torch_dcp.py, with PyTorch's optimizers at awkward moments."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from accelerate.accelerator import Accelerator
from torch import nn, optim
from torch.optim.lr_scheduler import LinearLR

from docs.examples.test_resuming import STORAGES, text
from docs.examples.torch_dcp import Training
from tests.interop.storages import Holder
from tests.interop.torch_cases import TENSORS
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


class Run:
    """A model and its optimizer. The second layer is used from the step `joins` on."""

    joins = 1

    def __init__(self, optimizer: str, dtype: torch.dtype) -> None:
        torch.manual_seed(0)
        self.dtype = dtype
        self.model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)).to(dtype)
        self.optimizer = OPTIMIZERS[optimizer](self.model.parameters())
        self.training = Training(self.model, self.optimizer)

    def backward(self, step: int) -> None:
        self.optimizer.zero_grad()
        used = self.model if step >= self.joins else self.model[0]
        inputs = torch.tensor([1.0, step], dtype=self.dtype)
        used(inputs).square().sum().backward()

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
    with pytest.raises(ValueError, match=r"only this object has model\."):
        refusing.training.load_state_dict({**original.training.state_dict(), "model": {}})
    assert refusing.course(1, 2) == untouched.course(1, 2)


SITUATIONS = [asked_fresh, fresh_with_gradients, joined_later, before_first_step, misfit_refused]


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_run_goes_on_as_if_nothing_had_happened(
    optimizer: str, dtype: torch.dtype, situation: Any
) -> None:
    for storage in TENSORS:
        situation(*(Run(optimizer, dtype) for _ in range(3)), STORAGES[storage])


# What takes no part in the empty step


def frozen_mask(optimizer: str) -> Training:
    """Return a training with a frozen parameter that is not finite."""
    mask = nn.Parameter(torch.tensor([0.0, -torch.inf]), requires_grad=False)
    return Training(nn.ParameterList([mask]), OPTIMIZERS[optimizer]([mask]))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_frozen_parameter_that_is_not_finite_keeps_its_values(optimizer: str) -> None:
    training = frozen_mask(optimizer)
    for storage in TENSORS:
        restored = frozen_mask(optimizer)
        STORAGES[storage](training, restored)
        for mask in (*training.model.parameters(), *restored.model.parameters()):
            assert mask.tolist() == [0.0, -torch.inf]


class Counting(optim.SGD):
    """An optimizer that counts its steps in an attribute, and draws random numbers."""

    steps = 0

    def step(self, closure: Any = None) -> Any:
        self.steps += 1
        torch.rand(1)
        return super().step(closure)


def test_neither_hooks_nor_attributes_nor_generators_see_a_snapshot() -> None:
    model = nn.Linear(2, 1)
    optimizer = Counting(model.parameters(), lr=0.1)
    LinearLR(optimizer)  # wraps the optimizer's step
    calls: list[object] = []
    optimizer.register_step_pre_hook(lambda *_: calls.append("before"))
    optimizer.register_step_post_hook(lambda *_: calls.append("after"))
    state = torch.get_rng_state()
    Training(model, optimizer).state_dict()
    assert calls == []
    assert optimizer.steps == 0
    assert torch.get_rng_state().tolist() == state.tolist()
    assert not hasattr(optimizer, "_opt_called")


class Wide(optim.SGD):
    """An optimizer that keeps a state of float32 beside parameters of bfloat16."""

    def step(self, closure: Any = None) -> Any:
        for group in self.param_groups:
            for parameter in group["params"]:
                state = self.state[parameter]
                state.setdefault("sum", torch.zeros_like(parameter, dtype=torch.float32))
                state["sum"] += 0.1


def test_state_keeps_its_dtype() -> None:
    original, restored = (
        Training(model, Wide(model.parameters()))
        for model in (nn.Linear(1, 1).bfloat16(), nn.Linear(1, 1).bfloat16())
    )
    original.optimizer.step()
    for storage in TENSORS:
        STORAGES[storage](original, restored)
        assert text(restored.state_dict()["state"]) == text(original.state_dict()["state"])


# What does not fit


def fresh_training() -> Training:
    model = nn.Linear(2, 1)
    return Training(model, optim.AdamW(model.parameters()))


@pytest.mark.parametrize("storage", TENSORS)
def test_hyperparameter_that_the_snapshot_does_not_know_keeps_its_value(storage: str) -> None:
    """Later versions of PyTorch may add one: `maximize` and others came that way."""
    original, restored = fresh_training(), fresh_training()
    [saved], [own] = original.optimizer.param_groups, restored.optimizer.param_groups
    saved["lr"], own["maximize"] = 7.0, True
    snapshot = original.state_dict()
    snapshot["groups"] = [[pair for pair in snapshot["groups"][0] if pair[0] != "maximize"]]
    STORAGES[storage](Holder(**snapshot), restored)
    [loaded] = restored.optimizer.param_groups
    assert (loaded["lr"], loaded["maximize"]) == (7.0, True)


@pytest.mark.parametrize("storage", TENSORS)
def test_scheduler_that_is_made_after_loading_is_missed(storage: str) -> None:
    original = fresh_training()
    LinearLR(original.optimizer)
    with pytest.raises(ValueError, match="no initial_lr: make its scheduler before you load"):
        STORAGES[storage](original, fresh_training())


def reverse_parameters(training: Training) -> None:
    training.optimizer.param_groups[0]["params"].reverse()


def use_adam(training: Training) -> None:
    training.optimizer = optim.Adam(training.model.parameters())


def make_half(training: Training) -> None:
    training.model.half()


def make_wider(training: Training) -> None:
    training.model.weight.data = torch.zeros(2, 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (reverse_parameters, "parameters in another order"),
        (use_adam, "it is AdamW in the snapshot, and Adam here"),
        (make_half, "model.weight is torch.float32 of .* and torch.float16 of"),
        (make_wider, r"model.weight is .* \(1, 2\) in the snapshot, and .* \(2, 2\) here"),
    ],
)
def test_what_differs_is_named(change: Callable[[Training], None], message: str) -> None:
    saved, other = fresh_training().state_dict(), fresh_training()
    change(other)
    with pytest.raises(ValueError, match=message):
        other.load_state_dict(saved)


class Naming(optim.SGD):
    """An optimizer that keeps state under a name."""

    def step(self, closure: Any = None) -> Any:
        self.state["all"] = {"steps": 1}  # type: ignore[index]


@pytest.mark.parametrize("kind", [optim.LBFGS, optim.SparseAdam, Naming])
def test_optimizer_of_another_kind_is_refused_at_once(kind: Any) -> None:
    model = nn.Linear(2, 1)
    with pytest.raises(TypeError, match=f"{kind.__name__} has a step or a state of another kind"):
        Training(model, kind(model.parameters()))


def test_wrapper_and_parameters_outside_the_model_are_refused_at_once() -> None:
    model = nn.Linear(2, 1)
    with pytest.raises(ValueError, match="a parameter that is not the model's"):
        Training(model, optim.SGD(nn.Linear(2, 1).parameters()))
    wrapper = Accelerator(cpu=True).prepare(optim.SGD(model.parameters()))
    with pytest.raises(TypeError, match="hand over the optimizer inside"):
        Training(model, wrapper)
    Training(model, wrapper.optimizer)


class Around(optim.Optimizer):
    """An optimizer whose step is one of another optimizer."""

    def __init__(self, inner: optim.Optimizer, held: object) -> None:
        self.held = held
        self.state, self.param_groups = inner.state, inner.param_groups

    def step(self, closure: Any = None) -> Any:
        pytest.fail("the other optimizer takes a step")


def test_wrapper_that_is_an_optimizer_is_refused_before_it_steps() -> None:
    model = nn.Linear(2, 1)
    inner = optim.SGD(model.parameters())
    for wrapper in (Around(inner, held=inner), Around(inner, held=[inner])):
        with pytest.raises(TypeError, match="hand over the optimizer inside"):
            Training(model, wrapper)


@pytest.mark.parametrize("storage", TENSORS)
def test_optimizer_of_another_kind_resumes_as_one_value(storage: str, tmp_path: Path) -> None:
    as_one_value = code_blocks.run("docs/pytorch.md", tmp_path)["AsOneValue"]

    def course(model: nn.Linear, optimizer: optim.LBFGS) -> list[Any]:
        def closure() -> Any:
            optimizer.zero_grad()
            loss: Any = (model(torch.tensor([1.0, 2.0])) - 3).square().sum()
            loss.backward()
            return loss

        optimizer.step(closure)  # type: ignore[no-untyped-call]
        return [parameter.tolist() for parameter in model.parameters()]

    model, other = nn.Linear(2, 1), nn.Linear(2, 1)
    optimizer, resumed = (
        optim.LBFGS(each.parameters(), lr=0.1, max_iter=2) for each in (model, other)
    )
    course(model, optimizer)
    STORAGES[storage](as_one_value(optimizer), as_one_value(resumed))
    other.load_state_dict(model.state_dict())
    assert course(other, resumed) == course(model, optimizer)
