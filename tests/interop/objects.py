"""Objects of PyTorch and torchdata that people save, and the table of them on docs/pytorch.md."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import torch
import torch.distributed as dist
from checkpointer import Group
from test_resuming import text
from torch import nn
from torch.amp.grad_scaler import GradScaler
from torch.nn.parallel import DistributedDataParallel
from torch.optim import SGD, AdamW
from torch.optim.lr_scheduler import MultiStepLR, OneCycleLR, ReduceLROnPlateau, StepLR
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader, DistributedSampler
from torchdata.nodes import IterableWrapper, Loader
from torchdata.stateful_dataloader import StatefulDataLoader

from tests.tables import seen_with, table

DATA: Any = range(5)


@contextmanager
def process_group() -> Iterator[None]:
    """Give DistributedDataParallel the group that it wants: this process alone."""
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    yield
    dist.destroy_process_group()


def linear() -> nn.Module:
    torch.manual_seed(0)
    return nn.Linear(2, 1)


def compiled(module: nn.Module) -> nn.Module:
    return cast("nn.Module", torch.compile(module))


def adamw() -> AdamW:
    return AdamW(linear().parameters())


def nodes() -> Loader[Any]:
    return Loader(IterableWrapper(DATA))


# How objects are advanced. What comes back goes on from there


def fill(module: nn.Module) -> nn.Module:
    for parameter in module.parameters():
        nn.init.constant_(parameter, 7)
    return module


def average(averaged: AveragedModel) -> AveragedModel:
    averaged.update_parameters(fill(linear()))
    return averaged


def step(optimizer: torch.optim.Optimizer) -> torch.optim.Optimizer:
    for parameter in optimizer.param_groups[0]["params"]:
        parameter.grad = torch.ones_like(parameter)
    optimizer.step()
    return optimizer


def schedule(parts: Group) -> Group:
    scheduler: Any = parts.parts["scheduler"]
    metric = [1.0] if isinstance(scheduler, ReduceLROnPlateau) else []
    for _ in range(3):
        scheduler.optimizer.step()
        scheduler.step(*metric)
    return parts


def scale(scaler: GradScaler) -> GradScaler:
    scaler.scale(torch.ones(1))
    scaler.update(7.0)
    return scaler


def begin(loader: Iterable[Any]) -> Iterator[Any]:
    iterator = iter(loader)
    next(iterator)
    next(iterator)
    return iterator


# What shows whether an object goes on where another one was


def state(value: Any) -> str:
    return text(value.state_dict())


def left(loader: Iterable[Any]) -> str:
    return text(list(loader))


# The rows

RESUMES = "resumes"
LOSES = "loses state, without an error"
RAISES = "raises an error"


@dataclass
class Object:
    """An object, and what is seen if it is saved and restored as it is."""

    title: str
    make: Callable[[], Any]
    advance: Callable[[Any], Any]
    observe: Callable[[Any], str] = state
    advice: str = "Save it."
    torch_save: str = RESUMES
    distributed: str = RESUMES


def scheduler(name: str, make: Callable[[Any], Any], distributed: str = RESUMES) -> Object:
    def parts() -> Group:
        optimizer = SGD(linear().parameters(), lr=1.0)
        return Group(optimizer=optimizer, scheduler=make(optimizer))

    advice = "Save its optimizer too, each [as one value](#not-sharded-one-process-ddp)."
    return Object(f"`{name}`", parts, schedule, advice=advice, distributed=distributed)


INSIDE = "Save [the module inside](#wrapped-modules-torchcompile-ddp-averagedmodel-ema)."
WITH_MODEL = "Save it [with its model](#a-model-and-its-optimizer)."
ANEW = "Make a new one when you load: one that was asked for its state does not load."

OBJECTS = [
    Object("`torch.nn.Module`", linear, fill),
    Object("compiled module", lambda: compiled(linear()), fill, advice=INSIDE),
    Object("DDP", lambda: DistributedDataParallel(linear()), fill, advice=INSIDE),
    Object("`AveragedModel` (EMA)", lambda: AveragedModel(linear()), average),
    Object("`AdamW`", adamw, step, advice=WITH_MODEL, distributed=LOSES),
    scheduler("StepLR", lambda optimizer: StepLR(optimizer, 2)),
    scheduler("OneCycleLR", lambda optimizer: OneCycleLR(optimizer, 1.0, total_steps=30)),
    scheduler("ReduceLROnPlateau", lambda optimizer: ReduceLROnPlateau(optimizer, patience=1)),
    scheduler("MultiStepLR", lambda optimizer: MultiStepLR(optimizer, [2, 4]), distributed=RAISES),
    Object("`GradScaler`", lambda: GradScaler("cpu"), scale, advice="Save it while it is enabled."),
    Object("torchdata: `StatefulDataLoader`", lambda: StatefulDataLoader(DATA), begin, left),
    Object("torchdata: `nodes.Loader`", nodes, begin, left, ANEW, distributed=LOSES),
]

OWN_SAMPLER = "Write one that keeps its position, as [torch_dcp.py](examples/torch_dcp.py) does."
AROUND = "Use [a class around it](values.md#restore-the-state-of-random-number-generators-rng)."

NO_MATCH: dict[str, tuple[object, str]] = {
    "`DataLoader`": (DataLoader(DATA), "Take that of torchdata."),
    "`DistributedSampler`": (DistributedSampler(DATA, 1, 0), OWN_SAMPLER),
    "`torch.Generator`": (torch.Generator(), AROUND),
}


def seen(row: Object) -> str:
    if row.torch_save == row.distributed:
        return row.torch_save
    return f"{row.torch_save} by torch.save; distributed {row.distributed}"


def object_tables() -> dict[str, dict[str, str]]:
    titles: dict[tuple[str, str], list[str]] = {}
    for row in OBJECTS:
        titles.setdefault((row.advice, seen(row)), []).append(row.title)
    for title, (_, advice) in NO_MATCH.items():
        titles.setdefault((advice, "does not match"), []).append(title)
    rows = [[", ".join(found), *rest] for rest, found in titles.items()]
    versions = seen_with(["torch", "torchdata"])
    return {
        "docs/pytorch.md": {"objects": table(["object", "what to do", "as it is"], rows) + versions}
    }
