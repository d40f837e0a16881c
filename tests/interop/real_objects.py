"""Objects of classes from the libraries that people use, each declared once.

Type checkers see what a function is annotated to return.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import lightning.pytorch
import torch
import torch.distributed
import torchmetrics
from accelerate import Accelerator
from accelerate.data_loader import DataLoaderShard
from accelerate.optimizer import AcceleratedOptimizer
from accelerate.scheduler import AcceleratedScheduler
from accelerate.utils import DataLoaderConfiguration
from ignite.engine import Engine
from ignite.handlers import Checkpoint, DiskSaver, EarlyStopping, EMAHandler
from lightning.fabric.utilities.types import _Stateful
from torch import nn
from torch._C._distributed_c10d import HashStore
from torch._dynamo import OptimizedModule
from torch.distributed.checkpoint.stateful import Stateful as TorchStateful
from torch.optim.lr_scheduler import LRScheduler, StepLR
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader, DistributedSampler
from torchdata.nodes import BaseNode, IterableWrapper, Loader
from torchdata.stateful_dataloader import StatefulDataLoader

from tests.interop.resuming import comparable, no_match, position, real
from tests.verdicts.declarations import ASSIGNMENT, all_but
from tests.verdicts.uses import Counter

SEEN = "2026-11-24"
"""The day on which the libraries did what is declared here."""

MODULE = all_but(ASSIGNMENT, "mypy", "ty")
INFERENCE = "mypy and ty do not infer what `load_state_dict` of a module returns."

MOMENTS = "loses the moments"
POSITION = "loses the position"

OPTIMIZER = (
    "Save and load the optimizer with its model by `get_state_dict` and `set_state_dict` of "
    "`torch.distributed.checkpoint.state_dict`."
)
ONE_VALUE = "Give the loader the snapshot as one value that it does not look into."

NUMBERS = range(5)


# How objects move on, and what is observed of them


def fill(module: nn.Module) -> nn.Module:
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.fill_(7)
    return module


def begin(items: Iterable[Any]) -> Iterator[Any]:
    iterator = iter(items)
    assert len(list(islice(iterator, 2))) == 2
    return iterator


def step(optimizer: torch.optim.Optimizer, learning_rate: float = 0.5) -> torch.optim.Optimizer:
    for group in optimizer.param_groups:
        group["lr"] = learning_rate
        for parameter in group["params"]:
            parameter.grad = torch.full_like(parameter, learning_rate)
    optimizer.step()
    return optimizer


def next_step(optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """Observe where the next step leads, apart from what is not the optimizer's own."""
    [group] = optimizer.param_groups
    learning_rate = float(group["lr"])
    with torch.no_grad():
        for parameter in group["params"]:
            parameter.zero_()
    step(optimizer, learning_rate=1)
    return {"the learning rate": learning_rate, "the moments": comparable(group["params"])}


def schedule(scheduler: Any) -> Any:
    scheduler.step()
    return scheduler


def count(counter: Counter) -> Counter:
    counter.count += 1
    return counter


# PyTorch


@real("`torch.nn.Module`", advance=fill, rejected_by=MODULE, difference=INFERENCE)
def module() -> nn.Module:
    return nn.Linear(1, 1)


@real("`DistributedDataParallel`", advance=fill, rejected_by=MODULE, difference=INFERENCE)
def distributed_data_parallel() -> nn.parallel.DistributedDataParallel:
    store = HashStore()
    torch.distributed.init_process_group("gloo", store=store, rank=0, world_size=1)
    try:
        return nn.parallel.DistributedDataParallel(module())
    finally:
        torch.distributed.destroy_process_group()


@real("module from `torch.compile`", advance=fill, rejected_by=MODULE, difference=INFERENCE)
def compiled() -> OptimizedModule:
    return torch.compile(module())  # type: ignore[return-value]


def average(averaged: AveragedModel) -> AveragedModel:
    averaged.update_parameters(fill(module()))
    return averaged


@real("`AveragedModel`", advance=average, rejected_by=MODULE, difference=INFERENCE)
def averaged_model() -> AveragedModel:
    return AveragedModel(module())


@real("`AdamW`", advance=step, observe=next_step, distributed=MOMENTS, advice=OPTIMIZER)
def optimizer() -> torch.optim.Optimizer:
    return torch.optim.AdamW([nn.Parameter(torch.zeros(2))])


@real("`StepLR`", advance=schedule)
def scheduler() -> LRScheduler:
    return StepLR(optimizer(), 1)


def scale(scaler: torch.amp.GradScaler) -> torch.amp.GradScaler:
    scaler.scale(torch.ones(1))
    scaler.update(4.0)
    return scaler


@real("`GradScaler`", advance=scale)
def grad_scaler() -> torch.amp.GradScaler:
    return torch.amp.GradScaler("cpu")


@real("PyTorch's `Stateful`", advance=count)
def torch_stateful() -> TorchStateful:
    return Counter()


@no_match("`DataLoader`", advice="Take torchdata's `StatefulDataLoader`.")
def data_loader() -> DataLoader[Any]:
    return DataLoader(NUMBERS)  # type: ignore[arg-type]


@no_match("`DistributedSampler`", advice="Write a sampler that knows its position.")
def distributed_sampler() -> DistributedSampler[Any]:
    return DistributedSampler(NUMBERS, num_replicas=1, rank=0)  # type: ignore[arg-type]


@no_match("`torch.Generator`", advice="Write a class around `get_state` and `set_state`.")
def generator() -> torch.Generator:
    return torch.Generator()


@no_match("tensor", advice="Save it as a plain value.")
def tensor() -> torch.Tensor:
    return torch.zeros(1)


@no_match("state dictionary itself", advice="Save it as a plain value.")
def state_dictionary() -> dict[str, Any]:
    return module().state_dict()


# Accelerate


@real(
    "Accelerate: prepared optimizer",
    advance=step,
    observe=next_step,
    distributed=MOMENTS,
    advice=OPTIMIZER,
)
def accelerated_optimizer() -> AcceleratedOptimizer:
    return Accelerator(cpu=True).prepare(optimizer())


@real("Accelerate: prepared scheduler", advance=schedule)
def accelerated_scheduler() -> AcceleratedScheduler:
    return Accelerator(cpu=True).prepare(scheduler())


@real(
    "Accelerate: prepared `DataLoader`",
    advance=begin,
    observe=position,
    torch_save="`AttributeError`: … has no attribute 'dl_state_dict'",
    distributed="`AttributeError`: … has no attribute 'dl_state_dict'",
    advice="Pass `DataLoaderConfiguration(use_stateful_dataloader=True)` to the `Accelerator`.",
)
def accelerated_data_loader() -> DataLoaderShard:
    return Accelerator(cpu=True).prepare(data_loader())


@real("Accelerate: prepared stateful `DataLoader`", advance=begin, observe=position)
def accelerated_stateful_data_loader() -> DataLoaderShard:
    configuration = DataLoaderConfiguration(use_stateful_dataloader=True)
    return Accelerator(cpu=True, dataloader_config=configuration).prepare(data_loader())


@no_match("Accelerate: `Accelerator`", advice="Call its `save_state` and `load_state`.")
def accelerator() -> Accelerator:
    return Accelerator(cpu=True)


# Ignite


def run(engine: Engine) -> Engine:
    engine.run(NUMBERS, max_epochs=2)
    return engine


@real("Ignite: `Engine`", advance=run)
def engine() -> Engine:
    return Engine(lambda _engine, _batch: None)


def wait(stopping: EarlyStopping) -> EarlyStopping:
    for _ in range(2):
        stopping(stopping.trainer)
    return stopping


@real("Ignite: `EarlyStopping`", advance=wait)
def early_stopping() -> EarlyStopping:
    return EarlyStopping(3, lambda _engine: 0.0, engine())


def keep(checkpoint: Checkpoint) -> Checkpoint:
    checkpoint(engine())
    return checkpoint


@real("Ignite: `Checkpoint`", advance=keep)
def checkpoint() -> Checkpoint:
    return Checkpoint({"module": module()}, DiskSaver(tempfile.mkdtemp()))


@no_match("Ignite: `EMAHandler`", advice="Save its `ema_model`.")
def ema_handler() -> EMAHandler:
    return EMAHandler(module())


# Lightning


class Batches(lightning.pytorch.LightningDataModule):
    """The base has no state."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def state_dict(self) -> dict[str, Any]:
        return {"count": self.count}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.count = state_dict["count"]


class Callback(lightning.pytorch.Callback):
    """The base has no state."""

    def __init__(self) -> None:
        self.count = 0

    def state_dict(self) -> dict[str, Any]:
        return {"count": self.count}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.count = state_dict["count"]


class Net(lightning.pytorch.LightningModule):
    def __init__(self) -> None:
        super().__init__()
        self.linear = module()


@real(
    "Lightning: module",
    advance=fill,
    rejected_by=all_but(MODULE, "zuban"),
    difference=f"{INFERENCE} zuban treats one of its bases as unknown.",
)
def lightning_module() -> lightning.pytorch.LightningModule:
    return Net()


@real("Lightning: data module", advance=count)
def lightning_data_module() -> lightning.pytorch.LightningDataModule:
    return Batches()


@real("Lightning: callback", advance=count)
def lightning_callback() -> lightning.pytorch.Callback:
    return Callback()


@real("Lightning: its own `_Stateful`", advance=count)
def lightning_stateful() -> _Stateful[str]:
    return Counter()


@no_match("Lightning: `Trainer`", advice="Call its `save_checkpoint`.")
def trainer() -> lightning.pytorch.Trainer:
    return lightning.pytorch.Trainer(
        accelerator="cpu", logger=False, enable_checkpointing=False, enable_model_summary=False
    )


# torchdata


@real("torchdata: `StatefulDataLoader`", advance=begin, observe=position)
def stateful_data_loader() -> StatefulDataLoader[Any]:
    return StatefulDataLoader(NUMBERS)


@real(
    "torchdata: `nodes.Loader`",
    advance=begin,
    observe=position,
    distributed=POSITION,
    advice=ONE_VALUE,
)
def nodes_loader() -> Loader[Any]:
    return Loader(IterableWrapper(NUMBERS))


@no_match("torchdata: node (has `get_state`)", advice="Save the `nodes.Loader` around it.")
def node() -> BaseNode[Any]:
    return IterableWrapper(NUMBERS)


# torchmetrics


def measure(metric: Any) -> Any:
    metric.update(torch.tensor(3.0))
    return metric


def value(metric: Any) -> dict[str, Any]:
    return {"the value": comparable(metric.compute())}


PERSISTENT = "Call `persistent(True)` before it is saved, and before it is loaded."


@real(
    "torchmetrics: `Metric`",
    advance=measure,
    observe=value,
    torch_save="loses the value",
    distributed="loses the value",
    advice=PERSISTENT,
    rejected_by=MODULE,
    difference=INFERENCE,
)
def metric() -> torchmetrics.Metric:
    return torchmetrics.SumMetric()


@real(
    "torchmetrics: `Metric` after `persistent(True)`",
    advance=measure,
    observe=value,
    rejected_by=MODULE,
    difference=INFERENCE,
)
def persistent_metric() -> torchmetrics.Metric:
    persistent = metric()
    persistent.persistent(mode=True)
    return persistent


@real(
    "torchmetrics: `MetricCollection`",
    advance=measure,
    observe=value,
    torch_save="loses the value",
    distributed="loses the value",
    advice=PERSISTENT,
    rejected_by=MODULE,
    difference=INFERENCE,
)
def metric_collection() -> torchmetrics.MetricCollection:
    return torchmetrics.MetricCollection([metric()])
