"""Objects of the libraries that people use: whether they match, and whether they resume.

Each has a name, under which `verdicts.py` asks type checkers. A row says how an object is made, how
it moves on, what is observed of where it goes on, what it loses through `torch.save` and through
PyTorch's distributed checkpointing, and what to do.
"""

import atexit
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import lightning.pytorch
import litdata
import streaming
import torch
import torchmetrics
from accelerate.accelerator import Accelerator
from accelerate.utils import DataLoaderConfiguration
from datasets import Dataset
from datasets.iterable_dataset import IterableDataset
from ignite.engine import Engine
from litdata.streaming.cache import Cache
from schedulefree.adamw_schedulefree import AdamWScheduleFree
from timm.scheduler.cosine_lr import CosineLRScheduler
from torch import nn
from torch.optim.lr_scheduler import LRScheduler, MultiStepLR, StepLR
from torch.utils.data import DataLoader, DistributedSampler
from torchao.optim import AdamW8bit
from torchdata.nodes import IterableWrapper, Loader
from torchdata.stateful_dataloader import StatefulDataLoader

from stateful import Stateful
from tests.pages import code_blocks

NUMBERS = range(5)

FOLDER = tempfile.TemporaryDirectory()
atexit.register(FOLDER.cleanup)


# How objects are made, where that takes more than a call


def parameters(length: int = 2) -> list[nn.Parameter]:
    return [nn.Parameter(torch.zeros(length))]


def sgd() -> torch.optim.Optimizer:
    return torch.optim.SGD(parameters(), lr=1.0)


def accelerated(*, stateful: bool) -> Any:
    configuration = DataLoaderConfiguration(use_stateful_dataloader=stateful)
    return Accelerator(cpu=True, dataloader_config=configuration).prepare(DataLoader(NUMBERS))


def iterable_dataset() -> IterableDataset:
    return Dataset.from_dict({"number": list(NUMBERS)}).to_iterable_dataset()


def examples() -> Iterator[dict[str, int]]:
    return ({"number": number} for number in NUMBERS)


class Net(lightning.pytorch.LightningModule):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(1, 1)


@cache
def litdata_folder() -> str:
    folder = tempfile.mkdtemp(dir=FOLDER.name)
    chunks = Cache(folder, chunk_bytes="64MB")
    for number in NUMBERS:
        chunks[number] = number
    chunks.done()
    chunks.merge(1)
    return folder


def litdata_dataset() -> litdata.StreamingDataset:
    return litdata.StreamingDataset(litdata_folder())


@cache
def mosaicml_folder() -> str:
    folder = tempfile.mkdtemp(dir=FOLDER.name)
    with streaming.MDSWriter(out=folder, columns={"number": "int"}) as writer:
        for number in NUMBERS:
            writer.write({"number": number})
    return folder


def mosaicml_dataset() -> streaming.StreamingDataset:
    return streaming.StreamingDataset(local=mosaicml_folder(), batch_size=1)


def schedule_free() -> AdamWScheduleFree:
    optimizer = AdamWScheduleFree(parameters())
    optimizer.train()
    return optimizer


# How objects move on: what comes back goes on from there


def fill(module: nn.Module) -> nn.Module:
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.fill_(7)
    return module


def step(optimizer: torch.optim.Optimizer, learning_rate: float = 0.5) -> torch.optim.Optimizer:
    for group in optimizer.param_groups:
        group["lr"] = 0 * group["lr"] + learning_rate  # a tensor, if it is one
        for parameter in group["params"]:
            parameter.grad = torch.full_like(parameter, learning_rate)
    with torch.compiler.set_stance("force_eager"):  # torchao's would be compiled for 15 s
        optimizer.step()
    return optimizer


def schedule(scheduler: LRScheduler) -> LRScheduler:
    for _ in range(3):
        scheduler.optimizer.step()
        scheduler.step()
    return scheduler


def timm_schedule(scheduler: CosineLRScheduler) -> CosineLRScheduler:
    scheduler.base_values = [0.5]
    return scheduler


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


def train(engine: Engine) -> Engine:
    engine.run(NUMBERS, max_epochs=2)
    return engine


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
    learning_rate = float(group["lr"])
    with torch.no_grad():
        for parameter in group["params"]:
            parameter.zero_()
    step(optimizer, learning_rate=1)
    return learning_rate, comparable(group["params"])


def rates(scheduler: LRScheduler) -> list[float]:
    found = []
    for _ in range(4):
        scheduler.optimizer.step()
        scheduler.step()
        found += scheduler.get_last_lr()
    return found


def value(metric: Any) -> Any:
    return comparable(metric.compute())


# The rows


Group = code_blocks.run("docs/using.md", Path(FOLDER.name))["Group"]


def with_optimizer(scheduler: LRScheduler) -> Stateful:
    return Group(optimizer=scheduler.optimizer, scheduler=scheduler)


class Kind(NamedTuple):
    """How an object moves on, what is observed of where it goes on, and what is saved of it."""

    move: Callable[[Any], Any]
    observe: Callable[[Any], Any] = state
    saved: Callable[[Any], Any] = lambda value: value


MODULE = Kind(fill)
OPTIMIZER = Kind(step, moments)
SCHEDULER = Kind(schedule, rates, with_optimizer)
DATA = Kind(begin, position)
METRIC = Kind(measure, value)


class Object(NamedTuple):
    """An object, what to do about it, and what it loses or raises; one of no kind has no state."""

    title: str
    make: Callable[[], Any]
    kind: Kind | None
    advice: str = ""
    torch_save: str = ""
    distributed: str = ""


MOMENTS = "loses the moments"
POSITION = "loses the position"
VALUE = "loses the value"
SECOND = "yes, but loses the position if it is saved again before it gave an item"
DL_STATE_DICT = "`AttributeError`: … no attribute 'dl_state_dict'"
ARGUMENTS = "`TypeError`: … missing … required positional arguments…"
MISSING_KEY = "`CheckpointException`: … Missing key …"
DUPLICATED_KEY = "`CheckpointException`: … duplicated flatten key …"

WITH_MODEL = "Save it [with its model](pytorch.md#a-model-and-its-optimizer-empty-moments)."
ONE_VALUE = "Save it [as one value](pytorch.md#one-value)."
BYTES = "Save the bytes of `torch.save` as a plain value. Load them before you call `state_dict`."
LATER_EPOCHS = f"{ONE_VALUE} Make a new one for each epoch: later ones are as short as this one."
ITS_OPTIMIZER = "Save its optimizer too."
STATEFUL_LOADER = "Take torchdata's `StatefulDataLoader`."
STREAMING_LOADER = "Save the `StreamingDataLoader` of its library."
STATEFUL = "Set `use_stateful_dataloader=True` in the `DataLoaderConfiguration`."
NO_BUFFER = "Shuffle the data beforehand: the buffer is not saved."
CLASS_AROUND = "Use [a class around it](values.md#random-numbers-seeds-and-generators-also-cudas)."
OWN_SAMPLER = "Write one that keeps its position, as [torch_dcp.py](examples/torch_dcp.py) does."
PERSISTENT = "Call `persistent(True)` before it is saved, and before it is loaded."

OBJECTS = {
    "module": Object("`torch.nn.Module`", lambda: nn.Linear(1, 1), MODULE),
    "adamw": Object(
        "`AdamW`",
        lambda: torch.optim.AdamW(parameters()),
        OPTIMIZER,
        WITH_MODEL,
        distributed=MOMENTS,
    ),
    "step_lr": Object("`StepLR`", lambda: StepLR(sgd(), 2), SCHEDULER, ITS_OPTIMIZER),
    "multi_step_lr": Object(
        "`MultiStepLR`",
        lambda: MultiStepLR(sgd(), [2, 4]),
        SCHEDULER,
        f"{ITS_OPTIMIZER} {ONE_VALUE}",
        distributed=DUPLICATED_KEY,
    ),
    "data_loader": Object("`DataLoader`", lambda: DataLoader(NUMBERS), None, STATEFUL_LOADER),
    "sampler": Object(
        "`DistributedSampler`", lambda: DistributedSampler(NUMBERS, 1, 0), None, OWN_SAMPLER
    ),
    "generator": Object("`torch.Generator`", torch.Generator, None, CLASS_AROUND),
    "accelerated": Object(
        "Accelerate: `DataLoader`",
        lambda: accelerated(stateful=False),
        DATA,
        STATEFUL,
        DL_STATE_DICT,
        DL_STATE_DICT,
    ),
    "accelerated_stateful": Object(
        "Accelerate: stateful `DataLoader`",
        lambda: accelerated(stateful=True),
        DATA,
        STATEFUL_LOADER,
        SECOND,
    ),
    "iterable_dataset": Object(
        "datasets: `IterableDataset`", iterable_dataset, DATA, LATER_EPOCHS, SECOND, MISSING_KEY
    ),
    "shuffled_dataset": Object(
        "datasets: `IterableDataset`, shuffled",
        lambda: IterableDataset.from_generator(examples).shuffle(seed=0, buffer_size=3),
        DATA,
        NO_BUFFER,
        POSITION,
        MISSING_KEY,
    ),
    "engine": Object("Ignite: `Engine`", lambda: Engine(lambda _engine, _batch: None), Kind(train)),
    "lightning_module": Object("Lightning: module", Net, MODULE),
    "litdata_dataset": Object(
        "litdata: `StreamingDataset`", litdata_dataset, DATA, STREAMING_LOADER, ARGUMENTS, ARGUMENTS
    ),
    "litdata_loader": Object(
        "litdata: `StreamingDataLoader`",
        lambda: litdata.StreamingDataLoader(litdata_dataset(), batch_size=1),
        DATA,
    ),
    "mosaicml_dataset": Object(
        "mosaicml-streaming: `StreamingDataset`",
        mosaicml_dataset,
        DATA,
        STREAMING_LOADER,
        ARGUMENTS,
        ARGUMENTS,
    ),
    "mosaicml_loader": Object(
        "mosaicml-streaming: `StreamingDataLoader`",
        lambda: streaming.StreamingDataLoader(mosaicml_dataset(), batch_size=1),
        DATA,
    ),
    "schedule_free": Object(
        "schedulefree: `AdamWScheduleFree`",
        schedule_free,
        OPTIMIZER,
        ONE_VALUE,
        distributed=MOMENTS,
    ),
    "timm_scheduler": Object(
        "timm: `CosineLRScheduler`",
        lambda: CosineLRScheduler(sgd(), t_initial=10),
        Kind(timm_schedule),
    ),
    "adamw_8bit": Object(
        "torchao: `AdamW8bit`",
        lambda: AdamW8bit(parameters(4096)),  # the moments of smaller ones have 32 bits
        OPTIMIZER,
        ONE_VALUE,
        distributed=MOMENTS,
    ),
    "stateful_data_loader": Object(
        "torchdata: `StatefulDataLoader`", lambda: StatefulDataLoader(NUMBERS), DATA
    ),
    "nodes_loader": Object(
        "torchdata: `nodes.Loader`",
        lambda: Loader(IterableWrapper(NUMBERS)),
        DATA,
        BYTES,
        distributed=POSITION,
    ),
    "metric": Object(
        "torchmetrics: `Metric`", torchmetrics.SumMetric, METRIC, PERSISTENT, VALUE, VALUE
    ),
}
