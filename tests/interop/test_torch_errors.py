"""The page docs/errors.md quotes what PyTorch and `Training` print."""

import random
from collections.abc import Callable
from typing import Any

import pytest
import torch
from accelerate.accelerator import Accelerator
from torch import nn, optim
from torch.amp.grad_scaler import GradScaler
from torch.distributed.checkpoint.stateful import Stateful as TorchStateful
from torch.optim.lr_scheduler import LinearLR

from docs.examples.test_resuming import STORAGES
from docs.examples.torch_dcp import Training
from tests.interop.storages import Holder
from tests.pages.error_texts import is_quoted, quoted_rows


def inherit_from_pytorchs_protocol() -> None:
    """The protocol ends the chain of constructors: `Module.__init__` is not called."""

    class Net(TorchStateful, nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(2, 2)

    Net()  # type: ignore[abstract]


def distributed(saved: Any, fresh: Any) -> None:
    STORAGES["torch.distributed.checkpoint"](Holder(**saved), Holder(**fresh))


def load_what_a_wrapper_saved() -> None:
    compiled: Any = torch.compile(nn.Linear(1, 1))
    nn.Linear(1, 1).load_state_dict(compiled.state_dict())


def load_an_object_with_weights_only() -> None:
    STORAGES["torch.save"](Holder(a=random.Random()), Holder())


def load_what_a_disabled_scaler_saved() -> None:
    GradScaler("cpu").load_state_dict(GradScaler("cpu", enabled=False).state_dict())


def set_the_state_of_another_device(device: str = "cpu") -> None:
    torch.Generator(device).set_state(torch.zeros(3, dtype=torch.uint8))


def set_the_state_of_another_device_than_cuda() -> None:
    if not torch.cuda.is_available():
        pytest.skip("needs CUDA")
    set_the_state_of_another_device("cuda")


def training(size: int = 1) -> Training:
    model = nn.Linear(size, 1)
    return Training(model, optim.SGD(model.parameters()))


def load_with_a_missing_weight() -> None:
    training().load_state_dict({**training().state_dict(), "model": {}})


def load_with_a_further_weight() -> None:
    saved = {**training().state_dict(), "model": {**training().model.state_dict(), "further": 0}}
    training().load_state_dict(saved)


def load_what_is_wider() -> None:
    training().load_state_dict(training(2).state_dict())


def load_what_was_scheduled() -> None:
    scheduled = training()
    LinearLR(scheduled.optimizer)
    training().load_state_dict(scheduled.state_dict())


def train_a_wrapper() -> None:
    Training(nn.Linear(1, 1), Accelerator(cpu=True).prepare(training().optimizer))


def train_parameters_of_another_model() -> None:
    Training(nn.Linear(1, 1), training().optimizer)


def train_with_a_closure() -> None:
    model = nn.Linear(1, 1)
    Training(model, optim.LBFGS(model.parameters()))


RAISING: list[tuple[str, Callable[[], object]]] = [
    ("cannot assign module before Module.__init__() call", inherit_from_pytorchs_protocol),
    ("Missing key in checkpoint state_dict", lambda: distributed({}, {"a": 1})),
    ("Invalid checkpoint metadata", lambda: distributed({"a": torch.ones(1)}, {"a": None})),
    ("Size mismatch", lambda: distributed({"a": torch.ones(1)}, {"a": torch.ones(2)})),
    ("duplicated flatten key", lambda: distributed({"a": {0: 0, "0": 1}}, {})),
    ("Missing key(s) in state_dict: …", load_what_a_wrapper_saved),
    ("Weights only load failed", load_an_object_with_weights_only),
    ("The source state dict is empty", load_what_a_disabled_scaler_saved),
    ("Expected a CPUGeneratorImplState of size …", set_the_state_of_another_device),
    ("RNG state is wrong size", set_the_state_of_another_device_than_cuda),
    ("only this object has …", load_with_a_missing_weight),
    ("only the snapshot has …", load_with_a_further_weight),
    ("… in the snapshot, and … here", load_what_is_wider),
    ("the optimizer has no …: make its scheduler before you load", load_what_was_scheduled),
    ("the optimizer is a wrapper: …", train_a_wrapper),
    ("the optimizer has a parameter that is not the model's", train_parameters_of_another_model),
    ("… has a step or a state of another kind: …", train_with_a_closure),
]
ROWS = quoted_rows("What PyTorch prints")


@pytest.mark.parametrize(("text", "raising"), RAISING)
def test_page_quotes_what_is_raised(text: str, raising: Callable[[], object]) -> None:
    assert text in [quoted for row in ROWS for quoted in row], f"docs/errors.md lacks {text}"
    with pytest.raises(Exception) as raised:  # noqa: PT011 (it is compared below)
        raising()
    assert is_quoted(str(raised.value), [text]), raised.value


def test_every_row_is_asked_for() -> None:
    asked = {text for text, _ in RAISING}
    for row in ROWS:
        assert asked & set(row), f"no test raises {row[0]}"
