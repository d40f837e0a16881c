"""Objects of classes from the libraries that people use, each declared once.

Type checkers see what a function is annotated to return. They are asked about the libraries that
ship types; the other objects are declared with `untyped`.
"""

from __future__ import annotations

import tempfile
from functools import partial
from typing import Any

import accelerate
import lightning.pytorch
import torch
import torch.distributed
import torchdata.nodes
import torchdata.stateful_dataloader
import torchmetrics
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

from tests.verdicts.declarations import ASSIGNMENT, Shape, all_but, shape
from tests.verdicts.uses import Counter

OBJECTS: list[Shape] = []
UNTYPED: list[Shape] = []

real = partial(shape, shapes=OBJECTS)
untyped = partial(shape, shapes=UNTYPED)

MODULE = all_but(ASSIGNMENT, "mypy", "ty")
INFERENCE = "mypy and ty do not infer what `load_state_dict` of a module returns."


# PyTorch


@real("`torch.nn.Module`", run_time=True, rejected_by=MODULE, difference=INFERENCE)
def module() -> nn.Module:
    return nn.Linear(1, 1)


@real("`DistributedDataParallel`", run_time=True, rejected_by=MODULE, difference=INFERENCE)
def distributed_data_parallel() -> nn.parallel.DistributedDataParallel:
    store = HashStore()
    torch.distributed.init_process_group("gloo", store=store, rank=0, world_size=1)
    try:
        return nn.parallel.DistributedDataParallel(module())
    finally:
        torch.distributed.destroy_process_group()


@real("module from `torch.compile`", run_time=True, rejected_by=MODULE, difference=INFERENCE)
def compiled() -> OptimizedModule:
    return torch.compile(module())  # type: ignore[return-value]


@real("`AveragedModel`", run_time=True, rejected_by=MODULE, difference=INFERENCE)
def averaged_model() -> AveragedModel:
    return AveragedModel(module())


@real("optimizer", run_time=True)
def optimizer() -> torch.optim.Optimizer:
    return torch.optim.SGD(module().parameters())


@real("learning rate scheduler", run_time=True)
def scheduler() -> LRScheduler:
    return StepLR(optimizer(), 1)


@real("`GradScaler`", run_time=True)
def grad_scaler() -> torch.amp.GradScaler:
    return torch.amp.GradScaler("cpu")


@real("PyTorch's `Stateful`", run_time=True)
def torch_stateful() -> TorchStateful:
    return Counter()


@real("`DataLoader`", run_time=False, rejected_by=ASSIGNMENT)
def data_loader() -> DataLoader[Any]:
    return DataLoader([1])  # type: ignore[arg-type]


@real("`DistributedSampler`", run_time=False, rejected_by=ASSIGNMENT)
def distributed_sampler() -> DistributedSampler[Any]:
    return DistributedSampler([1], num_replicas=1, rank=0)  # type: ignore[arg-type]


@real("`torch.Generator`", run_time=False, rejected_by=ASSIGNMENT)
def generator() -> torch.Generator:
    return torch.Generator()


@real("tensor", run_time=False, rejected_by=ASSIGNMENT)
def tensor() -> torch.Tensor:
    return torch.zeros(1)


@real("state dictionary itself", run_time=False, rejected_by=ASSIGNMENT)
def state_dictionary() -> dict[str, Any]:
    return module().state_dict()


# torchdata


@untyped("torchdata: `StatefulDataLoader`", run_time=True)
def stateful_data_loader() -> object:
    return torchdata.stateful_dataloader.StatefulDataLoader([1])


@untyped("torchdata: `nodes.Loader`", run_time=True)
def nodes_loader() -> object:
    return torchdata.nodes.Loader(torchdata.nodes.IterableWrapper([1]))


@untyped("torchdata: node (has `get_state`)", run_time=False)
def node() -> object:
    return torchdata.nodes.IterableWrapper([1])


# torchmetrics


@real("torchmetrics: `Metric`", run_time=True, rejected_by=MODULE, difference=INFERENCE)
def metric() -> torchmetrics.Metric:
    return torchmetrics.MeanMetric()


@real("torchmetrics: `MetricCollection`", run_time=True, rejected_by=MODULE, difference=INFERENCE)
def metric_collection() -> torchmetrics.MetricCollection:
    return torchmetrics.MetricCollection([torchmetrics.MeanMetric()])


# Lightning


@real(
    "Lightning: module",
    run_time=True,
    rejected_by=all_but(MODULE, "zuban"),
    difference=f"{INFERENCE} zuban treats one of its bases as unknown.",
)
def lightning_module() -> lightning.pytorch.LightningModule:
    return lightning.pytorch.LightningModule()


@real("Lightning: data module", run_time=True)
def lightning_data_module() -> lightning.pytorch.LightningDataModule:
    return lightning.pytorch.LightningDataModule()


@real("Lightning: callback", run_time=True)
def lightning_callback() -> lightning.pytorch.Callback:
    return lightning.pytorch.Callback()


@real("Lightning: its own `_Stateful`", run_time=True)
def lightning_stateful() -> _Stateful[str]:
    return Counter()


@real("Lightning: `Trainer`", run_time=False, rejected_by=ASSIGNMENT)
def trainer() -> lightning.pytorch.Trainer:
    return lightning.pytorch.Trainer(
        accelerator="cpu", logger=False, enable_checkpointing=False, enable_model_summary=False
    )


# Ignite


@real("Ignite: `Engine`", run_time=True)
def engine() -> Engine:
    return Engine(lambda _engine, _batch: None)


@real("Ignite: `EarlyStopping`", run_time=True)
def early_stopping() -> EarlyStopping:
    return EarlyStopping(1, lambda _engine: 0.0, engine())


@real("Ignite: `Checkpoint`", run_time=True)
def checkpoint() -> Checkpoint:
    return Checkpoint({"module": module()}, DiskSaver(tempfile.mkdtemp()))


@real("Ignite: `EMAHandler`", run_time=False, rejected_by=ASSIGNMENT)
def ema_handler() -> EMAHandler:
    return EMAHandler(module())


# Accelerate


@untyped("Accelerate: prepared optimizer", run_time=True)
def accelerated_optimizer() -> object:
    return accelerate.Accelerator(cpu=True).prepare(optimizer())


@untyped("Accelerate: prepared scheduler", run_time=True)
def accelerated_scheduler() -> object:
    return accelerate.Accelerator(cpu=True).prepare(scheduler())


@untyped("Accelerate: prepared `DataLoader`", run_time=True)
def accelerated_data_loader() -> object:
    return accelerate.Accelerator(cpu=True).prepare(data_loader())


@untyped("Accelerate: `Accelerator`", run_time=False)
def accelerator() -> object:
    return accelerate.Accelerator(cpu=True)
