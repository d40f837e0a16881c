"""Either protocol in the place of the other, as type checkers see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_type

if TYPE_CHECKING:
    from torch.distributed.checkpoint.stateful import Stateful as TorchStateful
    from torch.distributed.checkpoint.stateful import StatefulT as TorchStatefulT

    from stateful import Stateful, StatefulT


def to_torch(value: Stateful) -> TorchStateful:
    return value


def from_torch(value: TorchStateful) -> Stateful:
    return value


def same(value: StatefulT) -> StatefulT:
    return value


def torch_same(value: TorchStatefulT) -> TorchStatefulT:
    return value


def bind(ours: Stateful, theirs: TorchStateful) -> None:
    assert_type(same(theirs), "TorchStateful")
    assert_type(torch_same(ours), "Stateful")
