"""What type checkers say of PyTorch's objects, in the convention of checkers.py.

mypy and ty do not infer what `load_state_dict` of a module returns.
"""

from typing import assert_type

from torch import nn
from torch.distributed.checkpoint.stateful import Stateful as TorchStateful
from torch.distributed.checkpoint.stateful import StatefulT as TorchStatefulT
from torch.optim.optimizer import Optimizer

from stateful import Stateful, StatefulT


def save(part: Stateful) -> None: ...
def add(number: int) -> None: ...


def save_each(module: nn.Module, optimizer: Optimizer) -> None:
    save(module)  # E: not mypy, ty
    save(optimizer)
    # Type checkers know what they accept: a class that is unknown would fit here too.
    add(optimizer)  # E


# This protocol and PyTorch's


def same(value: StatefulT) -> StatefulT:
    return value


def torch_same(value: TorchStatefulT) -> TorchStatefulT:
    return value


def either_protocol(ours: Stateful, theirs: TorchStateful) -> list[TorchStateful]:
    accepted: list[Stateful] = [ours, theirs]
    assert_type(same(theirs), TorchStateful)
    assert_type(torch_same(ours), Stateful)
    return [*accepted]
