"""What type checkers say of the objects in `objects.py`, in the convention of checkers.py.

mypy and ty do not infer what `load_state_dict` of a module returns. zuban takes a base of
Lightning's module for unknown.
"""

from typing import Any, TypeGuard, assert_type

import torch
import torchmetrics
from accelerate.data_loader import DataLoaderShard
from datasets.iterable_dataset import IterableDataset
from lightning.pytorch import LightningModule
from torch import nn
from torch.amp.grad_scaler import GradScaler
from torch.distributed.checkpoint.stateful import Stateful as TorchStateful
from torch.distributed.checkpoint.stateful import StatefulT as TorchStatefulT
from torch.nn.parallel import DistributedDataParallel
from torch.optim.lr_scheduler import LRScheduler, MultiStepLR, OneCycleLR, StepLR
from torch.optim.optimizer import Optimizer
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader, DistributedSampler
from torchdata.nodes import Loader
from torchdata.stateful_dataloader import StatefulDataLoader

from stateful import Stateful, StatefulT


def save(part: Stateful) -> None: ...
def add(number: int) -> None: ...


def save_each(
    *,
    module: nn.Module,
    compiled: nn.Module,
    data_parallel: DistributedDataParallel,
    averaged: AveragedModel,
    adamw: torch.optim.AdamW,
    step_lr: StepLR,
    one_cycle_lr: OneCycleLR,
    multi_step_lr: MultiStepLR,
    scaler: GradScaler,
    data_loader: DataLoader[Any],
    sampler: DistributedSampler[Any],
    generator: torch.Generator,
    accelerated: DataLoaderShard,
    accelerated_stateful: DataLoaderShard,
    accelerated_shuffled: DataLoaderShard,
    iterable_dataset: IterableDataset,
    shuffled_dataset: IterableDataset,
    lightning_module: LightningModule,
    stateful_data_loader: StatefulDataLoader[Any],
    nodes_loader: Loader[Any],
    metric: torchmetrics.Metric,
    list_metric: torchmetrics.Metric,
) -> None:
    save(module)  # E: not mypy, ty
    save(compiled)  # E: not mypy, ty
    save(data_parallel)  # E: not mypy, ty
    save(averaged)  # E: not mypy, ty
    save(adamw)
    save(step_lr)
    save(one_cycle_lr)
    save(multi_step_lr)
    save(scaler)
    save(data_loader)  # E
    save(sampler)  # E
    save(generator)  # E
    save(accelerated)
    save(accelerated_stateful)
    save(accelerated_shuffled)
    save(iterable_dataset)
    save(shuffled_dataset)
    save(lightning_module)  # E: not mypy, ty, zuban
    save(stateful_data_loader)
    save(nodes_loader)
    save(metric)  # E: not mypy, ty
    save(list_metric)  # E: not mypy, ty
    # Type checkers know what they accept: a class that is unknown would fit here too.
    add(adamw)  # E
    add(step_lr)  # E
    add(one_cycle_lr)  # E
    add(multi_step_lr)  # E
    add(scaler)  # E
    add(accelerated)  # E
    add(accelerated_stateful)  # E
    add(accelerated_shuffled)  # E
    add(iterable_dataset)  # E
    add(shuffled_dataset)  # E
    add(lightning_module)  # E: not zuban
    add(stateful_data_loader)  # E
    add(nodes_loader)  # E


# The check, and the function for it on docs/using.md


def no_module(value: Optimizer | LRScheduler | int) -> None: ...
def only_int(value: int) -> None: ...


def check(parts: dict[str, nn.Module | Optimizer | LRScheduler | int]) -> None:
    for part in parts.values():
        if isinstance(part, Stateful):  # E: only pyright, basedpyright
            no_module(part)  # E: only mypy, ty
        else:
            only_int(part)  # E: not mypy


def is_stateful(value: object) -> TypeGuard[Stateful]:
    return isinstance(value, Stateful)


def check_by_function(
    parts: dict[str, nn.Module | Optimizer | LRScheduler | int],
    module: nn.Module,
    metric: torchmetrics.Metric,
) -> None:
    for part in parts.values():
        if is_stateful(part):
            assert_type(part, Stateful)
    if is_stateful(module):
        assert_type(module, Stateful)
    if is_stateful(metric):
        assert_type(metric, Stateful)


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
