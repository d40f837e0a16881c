"""Objects of libraries that people save: whether they match, and whether they resume.

Each has a name, under which `verdicts.py` asks type checkers. A row says how an object is made and
advanced, what is observed of where it goes on, what it loses through `torch.save` and through
PyTorch's distributed checkpointing, and what to do.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.amp.grad_scaler import GradScaler
from torch.nn.parallel import DistributedDataParallel
from torch.optim.lr_scheduler import LRScheduler, MultiStepLR, OneCycleLR, StepLR
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader, DistributedSampler

from tests.pages import code_blocks

NUMBERS: Any = range(5)
MANY: Any = range(100)  # in another order than any that is seen

with TemporaryDirectory() as folder:
    Group = code_blocks.run("docs/using.md", Path(folder))["Group"]


# How objects are made. A library is imported where its object is made: without it, the others go on


def parameters() -> list[nn.Parameter]:
    return [nn.Parameter(torch.zeros(2))]


def sgd() -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters(), lr=1.0)


def accelerated(loader: DataLoader[Any], *, stateful: bool) -> Any:
    from accelerate.accelerator import Accelerator
    from accelerate.utils import DataLoaderConfiguration

    torch.seed()  # as in another process
    configuration = DataLoaderConfiguration(use_stateful_dataloader=stateful)
    return Accelerator(cpu=True, dataloader_config=configuration).prepare(loader)


def iterable_dataset() -> Any:
    from datasets import Dataset

    return Dataset.from_dict({"number": list(NUMBERS)}).to_iterable_dataset()


def examples() -> Iterator[dict[str, int]]:
    return ({"number": number} for number in NUMBERS)


def shuffled_dataset() -> Any:
    from datasets.iterable_dataset import IterableDataset

    return IterableDataset.from_generator(examples).shuffle(seed=0, buffer_size=3)


def lightning_module() -> nn.Module:
    from lightning.pytorch import LightningModule

    class Net(LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(1, 1)

    return Net()


def stateful_data_loader() -> Any:
    from torchdata.stateful_dataloader import StatefulDataLoader

    return StatefulDataLoader(NUMBERS)


def nodes_loader() -> Any:
    from torchdata.nodes import IterableWrapper, Loader

    return Loader(IterableWrapper(NUMBERS))


def metric() -> Any:
    from torchmetrics import SumMetric

    return SumMetric()


def list_metric() -> Any:
    from torchmetrics import CatMetric

    return CatMetric()


# How objects are advanced: what comes back goes on from there


def fill(module: nn.Module) -> nn.Module:
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.fill_(7)
    return module


def average(averaged: AveragedModel) -> AveragedModel:
    averaged.update_parameters(fill(nn.Linear(1, 1)))
    return averaged


def step(optimizer: torch.optim.Optimizer, learning_rate: float = 0.5) -> torch.optim.Optimizer:
    for group in optimizer.param_groups:
        group["lr"] = learning_rate
        for parameter in group["params"]:
            parameter.grad = torch.full_like(parameter, learning_rate)
    optimizer.step()
    return optimizer


def schedule(scheduler: LRScheduler) -> LRScheduler:
    for _ in range(3):
        scheduler.optimizer.step()
        scheduler.step()
    return scheduler


def scale(scaler: GradScaler) -> GradScaler:
    scaler.scale(torch.ones(1))
    scaler.update(7.0)
    return scaler


def begin(items: Iterable[Any]) -> Iterator[Any]:
    iterator = iter(items)
    next(iterator)
    next(iterator)
    return iterator


def measure(metric: Any) -> Any:
    metric.update(torch.tensor(3.0))
    return metric


# What is observed


def comparable(value: Any) -> Any:
    """Return the value with every tensor as a list, so that == compares every bit."""
    if isinstance(value, torch.Tensor):
        return value.tolist()
    if isinstance(value, Mapping):
        return {key: comparable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [comparable(item) for item in value]
    return value


def state(value: Any) -> Any:
    return comparable(value.state_dict())


def position(items: Iterable[Any]) -> Any:
    return comparable(list(items))


def moments(optimizer: torch.optim.Optimizer) -> Any:
    """Observe where the next step leads."""
    [group] = optimizer.param_groups
    learning_rate = group["lr"]
    with torch.no_grad():
        for parameter in group["params"]:
            parameter.zero_()
    step(optimizer, learning_rate=1)
    return learning_rate, comparable(group["params"])


def rates(scheduler: LRScheduler) -> list[Any]:
    found = [group["lr"] for group in scheduler.optimizer.param_groups]
    for _ in range(4):
        scheduler.optimizer.step()
        scheduler.step()
        found += scheduler.get_last_lr()
    return found


def value(metric: Any) -> Any:
    return comparable(metric.compute())


# The rows


def with_optimizer(scheduler: LRScheduler) -> Any:
    return Group(optimizer=scheduler.optimizer, scheduler=scheduler)


class Course(NamedTuple):
    """How an object is advanced, what is observed of where it goes on, and what is saved of it."""

    advance: Callable[[Any], Any]
    observe: Callable[[Any], Any] = state
    saved: Callable[[Any], Any] = lambda value: value


MODULE = Course(fill)
OPTIMIZER = Course(step, moments)
SCHEDULER = Course(schedule, rates, with_optimizer)
DATA = Course(begin, position)
METRIC = Course(measure, value)


class Object(NamedTuple):
    """An object, what to do about it, and what it loses or raises. Without a course: no match."""

    title: str
    make: Callable[[], Any]
    course: Course | None
    advice: str = ""
    torch_save: str = ""
    distributed: str = ""


MOMENTS = "loses the moments"
POSITION = "loses the position"
ORDER = "loses the order"
VALUE = "loses the value"
SECOND = "loses the position if it is saved again before it gave an item"
DL_STATE_DICT = "`AttributeError`: … no attribute 'dl_state_dict'"
MISSING_KEY = "`CheckpointException`: … Missing key …"
DUPLICATED_KEY = "`CheckpointException`: … duplicated flatten key …"

WRAPPED = "Save [the module inside](pytorch.md#wrapped-modules-torchcompile-ddp-averagedmodel-ema)."
WITH_MODEL = "Save it [with its model](pytorch.md#a-model-and-its-optimizer-empty-moments)."
ONE_VALUE = "Save it [as one value](pytorch.md#one-value)."
BYTES = "Save the bytes of `torch.save` as a plain value. Load them before you call `state_dict`."
LATER_EPOCHS = f"{ONE_VALUE} Make a new one for each epoch: later ones are as short as this one."
ITS_OPTIMIZER = "Save its optimizer too. Make both before you load."
ENABLED = "Save it while it is enabled: an enabled one refuses the empty state of a disabled one."
STATEFUL_LOADER = "Take torchdata's `StatefulDataLoader`."
STATEFUL = "Set `use_stateful_dataloader=True` in the `DataLoaderConfiguration`."
NO_BUFFER = "Shuffle the data beforehand: the buffer is not saved."
CLASS_AROUND = "Use [a class around it](values.md#random-numbers-seeds-and-generators-also-cudas)."
OWN_SAMPLER = "Write one that keeps its position, as [torch_dcp.py](examples/torch_dcp.py) does."
PERSISTENT = "Call `persistent(True)` before it is saved, and before it is loaded."
EXTREMES = "`MinMaxMetric` loses its extremes all the same."

OBJECTS = {
    "module": Object("`torch.nn.Module`", lambda: nn.Linear(1, 1), MODULE),
    "compiled": Object(
        "`torch.compile(module)`", lambda: torch.compile(nn.Linear(1, 1)), MODULE, WRAPPED
    ),
    "data_parallel": Object(
        "`DistributedDataParallel`",
        lambda: DistributedDataParallel(nn.Linear(1, 1)),
        MODULE,
        WRAPPED,
    ),
    "averaged": Object(
        "`AveragedModel` (EMA)", lambda: AveragedModel(nn.Linear(1, 1)), Course(average)
    ),
    "adamw": Object(
        "`AdamW`",
        lambda: torch.optim.AdamW(parameters()),
        OPTIMIZER,
        WITH_MODEL,
        distributed=MOMENTS,
    ),
    "step_lr": Object("`StepLR`", lambda: StepLR(sgd(), 2), SCHEDULER, ITS_OPTIMIZER),
    "one_cycle_lr": Object(
        "`OneCycleLR`", lambda: OneCycleLR(sgd(), 1.0, total_steps=10), SCHEDULER, ITS_OPTIMIZER
    ),
    "multi_step_lr": Object(
        "`MultiStepLR`",
        lambda: MultiStepLR(sgd(), [2, 4]),
        SCHEDULER,
        f"{ITS_OPTIMIZER} {ONE_VALUE}",
        distributed=DUPLICATED_KEY,
    ),
    "scaler": Object(
        "`GradScaler` (mixed precision)", lambda: GradScaler("cpu"), Course(scale), ENABLED
    ),
    "data_loader": Object("`DataLoader`", lambda: DataLoader(NUMBERS), None, STATEFUL_LOADER),
    "sampler": Object(
        "`DistributedSampler`", lambda: DistributedSampler(NUMBERS, 1, 0), None, OWN_SAMPLER
    ),
    "generator": Object("`torch.Generator`", torch.Generator, None, CLASS_AROUND),
    "accelerated": Object(
        "Accelerate: `DataLoader`",
        lambda: accelerated(DataLoader(NUMBERS), stateful=False),
        DATA,
        STATEFUL,
        DL_STATE_DICT,
        DL_STATE_DICT,
    ),
    "accelerated_stateful": Object(
        "Accelerate: stateful `DataLoader`",
        lambda: accelerated(DataLoader(NUMBERS), stateful=True),
        DATA,
        STATEFUL_LOADER,
        SECOND,
    ),
    "accelerated_shuffled": Object(
        "Accelerate: stateful `DataLoader`, shuffled",
        lambda: accelerated(DataLoader(MANY, shuffle=True), stateful=True),
        DATA,
        STATEFUL_LOADER,
        ORDER,
        ORDER,
    ),
    "iterable_dataset": Object(
        "datasets (huggingface): `IterableDataset`",
        iterable_dataset,
        DATA,
        LATER_EPOCHS,
        SECOND,
        MISSING_KEY,
    ),
    "shuffled_dataset": Object(
        "datasets (huggingface): `IterableDataset`, shuffled",
        shuffled_dataset,
        DATA,
        NO_BUFFER,
        POSITION,
        MISSING_KEY,
    ),
    "lightning_module": Object("Lightning: module", lightning_module, MODULE),
    "stateful_data_loader": Object("torchdata: `StatefulDataLoader`", stateful_data_loader, DATA),
    "nodes_loader": Object(
        "torchdata: `nodes.Loader`", nodes_loader, DATA, BYTES, distributed=POSITION
    ),
    "metric": Object(
        "torchmetrics: `Metric`", metric, METRIC, f"{PERSISTENT} {EXTREMES}", VALUE, VALUE
    ),
    "list_metric": Object(
        "torchmetrics: a metric with lists",
        list_metric,
        METRIC,
        f"{PERSISTENT} {ONE_VALUE}",
        VALUE,
        VALUE,
    ),
}
