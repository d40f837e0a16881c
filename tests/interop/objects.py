"""Objects of the libraries that people use: whether they match, and whether they resume.

Each row says how an object is made, how it moves on, what is observed of where it goes on, what it
loses through `torch.save` and through PyTorch's distributed checkpointing, and what to do. Type
checkers see what the functions are annotated to return: `verdicts.py` asks them.
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
import torch.distributed
import torchmetrics
from accelerate.accelerator import Accelerator
from accelerate.data_loader import DataLoaderShard
from accelerate.utils import DataLoaderConfiguration
from datasets import Dataset
from datasets.iterable_dataset import IterableDataset
from ignite.engine import Engine
from litdata.streaming.cache import Cache
from schedulefree.adamw_schedulefree import AdamWScheduleFree
from timm.scheduler.cosine_lr import CosineLRScheduler
from torch import nn
from torch._C._distributed_c10d import HashStore
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


# How objects are made


def module() -> nn.Module:
    return nn.Linear(1, 1)


def distributed_data_parallel() -> nn.parallel.DistributedDataParallel:
    store = HashStore()
    torch.distributed.init_process_group("gloo", store=store, rank=0, world_size=1)
    try:
        return nn.parallel.DistributedDataParallel(module())
    finally:
        torch.distributed.destroy_process_group()


def optimizer() -> torch.optim.Optimizer:
    return torch.optim.AdamW([nn.Parameter(torch.zeros(2))])


def plain_optimizer() -> torch.optim.Optimizer:
    return torch.optim.SGD([nn.Parameter(torch.zeros(2))], lr=1.0)


def step_lr() -> LRScheduler:
    return StepLR(plain_optimizer(), 2)


def multi_step_lr() -> LRScheduler:
    return MultiStepLR(plain_optimizer(), [2, 4])


def grad_scaler() -> torch.amp.GradScaler:
    return torch.amp.GradScaler("cpu")


def data_loader() -> DataLoader[Any]:
    return DataLoader(NUMBERS)  # type: ignore[arg-type]


def distributed_sampler() -> DistributedSampler[Any]:
    return DistributedSampler(NUMBERS, num_replicas=1, rank=0)  # type: ignore[arg-type]


def generator() -> torch.Generator:
    return torch.Generator()


def accelerated_data_loader() -> DataLoaderShard:
    return Accelerator(cpu=True).prepare(data_loader())


def accelerated_stateful_data_loader() -> DataLoaderShard:
    configuration = DataLoaderConfiguration(use_stateful_dataloader=True)
    return Accelerator(cpu=True, dataloader_config=configuration).prepare(data_loader())


def iterable_dataset() -> IterableDataset:
    return Dataset.from_dict({"number": list(NUMBERS)}).to_iterable_dataset()


def examples() -> Iterator[dict[str, int]]:
    return ({"number": number} for number in NUMBERS)


def shuffled_dataset() -> IterableDataset:
    return IterableDataset.from_generator(examples).shuffle(seed=0, buffer_size=3)


def engine() -> Engine:
    return Engine(lambda _engine, _batch: None)


class Net(lightning.pytorch.LightningModule):
    def __init__(self) -> None:
        super().__init__()
        self.linear = module()


def lightning_module() -> lightning.pytorch.LightningModule:
    return Net()


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


def litdata_loader() -> litdata.StreamingDataLoader:
    return litdata.StreamingDataLoader(litdata_dataset(), batch_size=1)


@cache
def mosaicml_folder() -> str:
    folder = tempfile.mkdtemp(dir=FOLDER.name)
    with streaming.MDSWriter(out=folder, columns={"number": "int"}) as writer:
        for number in NUMBERS:
            writer.write({"number": number})
    return folder


def mosaicml_dataset() -> streaming.StreamingDataset:
    return streaming.StreamingDataset(local=mosaicml_folder(), batch_size=1)


def mosaicml_loader() -> streaming.StreamingDataLoader:
    return streaming.StreamingDataLoader(mosaicml_dataset(), batch_size=1)


def schedule_free_optimizer() -> AdamWScheduleFree:
    schedule_free = AdamWScheduleFree([nn.Parameter(torch.zeros(2))])
    schedule_free.train()
    return schedule_free


def timm_scheduler() -> CosineLRScheduler:
    return CosineLRScheduler(plain_optimizer(), t_initial=10)


def adamw_8bit() -> AdamW8bit:
    return AdamW8bit([nn.Parameter(torch.zeros(4096))])  # the moments of smaller ones have 32 bits


def stateful_data_loader() -> StatefulDataLoader[Any]:
    return StatefulDataLoader(NUMBERS)


def nodes_loader() -> Loader[Any]:
    return Loader(IterableWrapper(NUMBERS))


def metric() -> torchmetrics.Metric:
    return torchmetrics.SumMetric()


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


def scale(scaler: torch.amp.GradScaler) -> torch.amp.GradScaler:
    scaler.scale(torch.ones(1))
    scaler.update(4.0)
    return scaler


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
OWN_SAMPLER = "Write one that keeps its position, as [torch_dcp.py](examples/torch_dcp.py) does."
PERSISTENT = "Call `persistent(True)` before it is saved, and before it is loaded."

OBJECTS = [
    Object("`torch.nn.Module`", module, MODULE),
    Object("`DistributedDataParallel`", distributed_data_parallel, MODULE),
    Object("`AdamW`", optimizer, OPTIMIZER, WITH_MODEL, distributed=MOMENTS),
    Object("`StepLR`", step_lr, SCHEDULER, ITS_OPTIMIZER),
    Object(
        "`MultiStepLR`",
        multi_step_lr,
        SCHEDULER,
        f"{ITS_OPTIMIZER} {ONE_VALUE}",
        distributed=DUPLICATED_KEY,
    ),
    Object("`GradScaler`", grad_scaler, Kind(scale)),
    Object("`DataLoader`", data_loader, None, STATEFUL_LOADER),
    Object("`DistributedSampler`", distributed_sampler, None, OWN_SAMPLER),
    Object(
        "`torch.Generator`",
        generator,
        None,
        "Use [a class around it](values.md#random-numbers-seeds-and-generators-also-cudas).",
    ),
    Object(
        "Accelerate: `DataLoader`",
        accelerated_data_loader,
        DATA,
        STATEFUL,
        DL_STATE_DICT,
        DL_STATE_DICT,
    ),
    Object(
        "Accelerate: stateful `DataLoader`",
        accelerated_stateful_data_loader,
        DATA,
        STATEFUL_LOADER,
        SECOND,
    ),
    Object(
        "datasets: `IterableDataset`", iterable_dataset, DATA, LATER_EPOCHS, SECOND, MISSING_KEY
    ),
    Object(
        "datasets: `IterableDataset`, shuffled",
        shuffled_dataset,
        DATA,
        NO_BUFFER,
        POSITION,
        MISSING_KEY,
    ),
    Object("Ignite: `Engine`", engine, Kind(train)),
    Object("Lightning: module", lightning_module, MODULE),
    Object(
        "litdata: `StreamingDataset`", litdata_dataset, DATA, STREAMING_LOADER, ARGUMENTS, ARGUMENTS
    ),
    Object("litdata: `StreamingDataLoader`", litdata_loader, DATA),
    Object(
        "mosaicml-streaming: `StreamingDataset`",
        mosaicml_dataset,
        DATA,
        STREAMING_LOADER,
        ARGUMENTS,
        ARGUMENTS,
    ),
    Object("mosaicml-streaming: `StreamingDataLoader`", mosaicml_loader, DATA),
    Object(
        "schedulefree: `AdamWScheduleFree`",
        schedule_free_optimizer,
        OPTIMIZER,
        ONE_VALUE,
        distributed=MOMENTS,
    ),
    Object("timm: `CosineLRScheduler`", timm_scheduler, Kind(timm_schedule)),
    Object("torchao: `AdamW8bit`", adamw_8bit, OPTIMIZER, ONE_VALUE, distributed=MOMENTS),
    Object("torchdata: `StatefulDataLoader`", stateful_data_loader, DATA),
    Object("torchdata: `nodes.Loader`", nodes_loader, DATA, BYTES, distributed=POSITION),
    Object("torchmetrics: `Metric`", metric, METRIC, PERSISTENT, VALUE, VALUE),
]
