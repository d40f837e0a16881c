"""Objects of classes from the libraries that people use, each declared once.

Type checkers see what a function is annotated to return.
"""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import lightning.pytorch
import litdata
import streaming
import torch
import torch.distributed
import torchmetrics
from accelerate import Accelerator
from accelerate.data_loader import DataLoaderShard
from accelerate.optimizer import AcceleratedOptimizer
from accelerate.scheduler import AcceleratedScheduler
from accelerate.utils import DataLoaderConfiguration
from datasets import Dataset
from datasets.iterable_dataset import IterableDataset
from ignite.engine import Engine
from ignite.handlers import Checkpoint, DiskSaver, EarlyStopping, EMAHandler
from lightning.fabric.utilities.types import _Stateful
from litdata.streaming.cache import Cache
from schedulefree.adamw_schedulefree import AdamWScheduleFree
from timm.scheduler.cosine_lr import CosineLRScheduler
from timm.scheduler.plateau_lr import PlateauLRScheduler
from timm.utils.model_ema import ModelEmaV3
from torch import nn
from torch._C._distributed_c10d import HashStore
from torch._dynamo import OptimizedModule
from torch.distributed.checkpoint.stateful import Stateful as TorchStateful
from torch.optim.lr_scheduler import LRScheduler, StepLR
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader, DistributedSampler
from torchao.optim import AdamW8bit
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
    "Save and load it [with its model](#a-model-and-its-optimizer), by `get_state_dict` and "
    "`set_state_dict`."
)
AS_BYTES = (
    "Save the bytes that `torch.save` makes of its snapshot, as a plain value. Load the bytes, and "
    "pass them through `torch.load` to `load_state_dict`, before you call `state_dict`."
)
STATEFUL_LOADER = "Take torchdata's `StatefulDataLoader`."
STREAMING_LOADER = "Save the `StreamingDataLoader` of the same library around it."
PLAIN_VALUE = "Save it as a plain value."

NUMBERS = range(5)

FOLDER = tempfile.TemporaryDirectory()
atexit.register(FOLDER.cleanup)


# How objects move on, and what is observed of them


def fill(module: nn.Module) -> nn.Module:
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.fill_(7)
    return module


def begin(items: Iterable[Any]) -> Iterator[Any]:
    iterator = iter(items)
    for _ in range(2):
        next(iterator)
    return remaining(iterator)


def remaining(iterator: Iterator[Any]) -> Iterator[Any]:
    """Go on without a further iter(), which lets litdata's dataset begin anew."""
    while True:
        try:
            yield next(iterator)
        except StopIteration:
            return


def step(optimizer: torch.optim.Optimizer, learning_rate: float = 0.5) -> torch.optim.Optimizer:
    for group in optimizer.param_groups:
        if isinstance(group["lr"], torch.Tensor):
            group["lr"].fill_(learning_rate)
        else:
            group["lr"] = learning_rate
        for parameter in group["params"]:
            parameter.grad = torch.full_like(parameter, learning_rate)
    with torch.compiler.set_stance("force_eager"):  # torchao's would be compiled for 15 s
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


@no_match("`DataLoader`", advice=STATEFUL_LOADER)
def data_loader() -> DataLoader[Any]:
    return DataLoader(NUMBERS)  # type: ignore[arg-type]


@no_match(
    "`DistributedSampler`",
    advice="Write one that keeps its position, as [torch_dcp.py](examples/torch_dcp.py) does.",
)
def distributed_sampler() -> DistributedSampler[Any]:
    return DistributedSampler(NUMBERS, num_replicas=1, rank=0)  # type: ignore[arg-type]


@no_match(
    "`torch.Generator`", advice="Use [a class around it](storages.md#random-number-generators)."
)
def generator() -> torch.Generator:
    return torch.Generator()


@no_match("tensor", advice=PLAIN_VALUE)
def tensor() -> torch.Tensor:
    return torch.zeros(1)


@no_match("state dictionary itself", advice=PLAIN_VALUE)
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
    torch_save="`AttributeError`: … no attribute 'dl_state_dict'",
    distributed="`AttributeError`: … no attribute 'dl_state_dict'",
    advice="Pass `DataLoaderConfiguration(use_stateful_dataloader=True)` to the `Accelerator`.",
)
def accelerated_data_loader() -> DataLoaderShard:
    return Accelerator(cpu=True).prepare(data_loader())


@real("Accelerate: prepared stateful `DataLoader`", advance=begin, observe=position)
def accelerated_stateful_data_loader() -> DataLoaderShard:
    configuration = DataLoaderConfiguration(use_stateful_dataloader=True)
    return Accelerator(cpu=True, dataloader_config=configuration).prepare(data_loader())


@no_match("Accelerate: `Accelerator`", advice="Call its `save_state` and its `load_state`.")
def accelerator() -> Accelerator:
    return Accelerator(cpu=True)


# datasets


@real(
    "datasets: `IterableDataset`",
    advance=begin,
    observe=position,
    distributed="`CheckpointException`: … Missing key…",
    advice=AS_BYTES,
)
def iterable_dataset() -> IterableDataset:
    return Dataset.from_dict({"number": list(NUMBERS)}).to_iterable_dataset()


def examples() -> Iterator[dict[str, int]]:
    return ({"number": number} for number in NUMBERS)


def buffered(items: Iterable[Any]) -> dict[str, Any]:
    return {"the shuffle buffer": list(items)}


@real(
    "datasets: `IterableDataset` with a shuffle buffer",
    advance=begin,
    observe=buffered,
    torch_save="loses the shuffle buffer",
    distributed="`CheckpointException`: … Missing key…",
    advice="Shuffle the data beforehand, as the buffer is not saved, and do as without one.",
)
def shuffled_dataset() -> IterableDataset:
    return IterableDataset.from_generator(examples).shuffle(seed=0, buffer_size=3)


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
    return Checkpoint({"module": module()}, DiskSaver(tempfile.mkdtemp(dir=FOLDER.name)))


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


# litdata


@cache
def litdata_folder() -> str:
    folder = tempfile.mkdtemp(dir=FOLDER.name)
    chunks = Cache(folder, chunk_bytes="64MB")
    for number in NUMBERS:
        chunks[number] = number
    chunks.done()
    chunks.merge(1)
    return folder


@real(
    "litdata: `StreamingDataset`",
    advance=begin,
    observe=position,
    torch_save="`TypeError`: … missing 3 required positional arguments…",
    distributed="`TypeError`: … missing 3 required positional arguments…",
    advice=STREAMING_LOADER,
    rejected_by=ASSIGNMENT,
)
def litdata_dataset() -> litdata.StreamingDataset:
    return litdata.StreamingDataset(litdata_folder())


@real(
    "litdata: `StreamingDataLoader`",
    advance=begin,
    observe=position,
    rejected_by=all_but(ASSIGNMENT, "mypy"),
    difference="mypy does not compare the names of parameters here.",
)
def litdata_loader() -> litdata.StreamingDataLoader:
    return litdata.StreamingDataLoader(litdata_dataset(), batch_size=1)


# mosaicml-streaming


@cache
def mosaicml_folder() -> str:
    folder = tempfile.mkdtemp(dir=FOLDER.name)
    with streaming.MDSWriter(out=folder, columns={"number": "int"}) as writer:
        for number in NUMBERS:
            writer.write({"number": number})
    return folder


@real(
    "mosaicml-streaming: `StreamingDataset`",
    advance=begin,
    observe=position,
    torch_save="`TypeError`: … missing 2 required positional arguments…",
    distributed="`TypeError`: … missing 2 required positional arguments…",
    advice=STREAMING_LOADER,
    rejected_by=ASSIGNMENT,
)
def mosaicml_dataset() -> streaming.StreamingDataset:
    return streaming.StreamingDataset(local=mosaicml_folder(), batch_size=1)


@real(
    "mosaicml-streaming: `StreamingDataLoader`",
    advance=begin,
    observe=position,
    rejected_by=ASSIGNMENT,
)
def mosaicml_loader() -> streaming.StreamingDataLoader:
    return streaming.StreamingDataLoader(mosaicml_dataset(), batch_size=1)


@real(
    "mosaicml-streaming: `StreamingDataLoader` of another dataset",
    advance=begin,
    observe=position,
    torch_save=POSITION,
    distributed=POSITION,
    advice=STATEFUL_LOADER,
    rejected_by=ASSIGNMENT,
)
def mosaicml_loader_of_another_dataset() -> streaming.StreamingDataLoader:
    return streaming.StreamingDataLoader(NUMBERS)


# schedulefree


@real(
    "schedulefree: `AdamWScheduleFree`",
    advance=step,
    observe=next_step,
    distributed=MOMENTS,
    advice=AS_BYTES,
)
def schedule_free_optimizer() -> AdamWScheduleFree:
    optimizer = AdamWScheduleFree([nn.Parameter(torch.zeros(2))])
    optimizer.train()
    return optimizer


# timm


def move_base(scheduler: CosineLRScheduler) -> CosineLRScheduler:
    scheduler.base_values = [0.5]
    return scheduler


@real("timm: `CosineLRScheduler`", advance=move_base)
def timm_scheduler() -> CosineLRScheduler:
    return CosineLRScheduler(optimizer(), t_initial=10)


def plateau(scheduler: PlateauLRScheduler) -> PlateauLRScheduler:
    for epoch in (1, 2):
        scheduler.step(epoch, metric=1.0)
    return scheduler


def patience(scheduler: PlateauLRScheduler) -> dict[str, Any]:
    scheduler.step(3, metric=1.0)
    [group] = scheduler.optimizer.param_groups
    return {"the patience": group["lr"]}


@real(
    "timm: `PlateauLRScheduler`",
    advance=plateau,
    observe=patience,
    torch_save="loses the patience",
    distributed="loses the patience",
    advice="Take a fixed schedule: this one is deprecated, as it does not save its progress.",
)
def timm_plateau_scheduler() -> PlateauLRScheduler:
    return PlateauLRScheduler(optimizer(), patience_t=1)


def update(average: ModelEmaV3) -> ModelEmaV3:
    average.update(fill(module()))
    return average


@real("timm: `ModelEmaV3`", advance=update, rejected_by=MODULE, difference=INFERENCE)
def model_ema() -> ModelEmaV3:
    return ModelEmaV3(module())


# torchao


@real(
    "torchao: `AdamW8bit`",
    advance=step,
    observe=next_step,
    distributed=MOMENTS,
    advice=AS_BYTES,  # its moments cannot be copied, as the recipe for optimizers does
)
def adamw_8bit() -> AdamW8bit:
    return AdamW8bit([nn.Parameter(torch.zeros(4096))])  # those of smaller ones have 32 bits


# torchdata


@real("torchdata: `StatefulDataLoader`", advance=begin, observe=position)
def stateful_data_loader() -> StatefulDataLoader[Any]:
    return StatefulDataLoader(NUMBERS)


@real(
    "torchdata: `nodes.Loader`",
    advance=begin,
    observe=position,
    distributed=POSITION,
    advice=AS_BYTES,
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
