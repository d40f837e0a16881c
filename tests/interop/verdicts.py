"""What type checkers say of the objects in `objects.py`, in the convention of shapes.py.

mypy and ty do not infer what `load_state_dict` of a module returns. mypy does not compare the names
of parameters. zuban treats a base of Lightning's module as unknown.
"""

from typing import Any, assert_type, cast

import litdata
import streaming
import torch
import torchmetrics
from accelerate.data_loader import DataLoaderShard
from datasets.iterable_dataset import IterableDataset
from ignite.engine import Engine
from lightning.pytorch import LightningModule
from schedulefree.adamw_schedulefree import AdamWScheduleFree
from timm.scheduler.cosine_lr import CosineLRScheduler
from torch import nn
from torch.distributed.checkpoint.stateful import Stateful as TorchStateful
from torch.distributed.checkpoint.stateful import StatefulT as TorchStatefulT
from torch.optim.lr_scheduler import MultiStepLR, StepLR
from torch.utils.data import DataLoader, DistributedSampler
from torchao.optim import AdamW8bit
from torchdata.nodes import Loader
from torchdata.stateful_dataloader import StatefulDataLoader

from stateful import Stateful, StatefulT

anything: Any = None

module: Stateful = cast(nn.Module, anything)  # E: not mypy, ty
adamw: Stateful = cast(torch.optim.AdamW, anything)
step_lr: Stateful = cast(StepLR, anything)
multi_step_lr: Stateful = cast(MultiStepLR, anything)
data_loader: Stateful = cast(DataLoader[Any], anything)  # E
sampler: Stateful = cast(DistributedSampler[Any], anything)  # E
generator: Stateful = cast(torch.Generator, anything)  # E
accelerated: Stateful = cast(DataLoaderShard, anything)
accelerated_stateful: Stateful = cast(DataLoaderShard, anything)
iterable_dataset: Stateful = cast(IterableDataset, anything)
shuffled_dataset: Stateful = cast(IterableDataset, anything)
engine: Stateful = cast(Engine, anything)
lightning_module: Stateful = cast(LightningModule, anything)  # E: not mypy, ty, zuban
litdata_dataset: Stateful = cast(litdata.StreamingDataset, anything)  # E
litdata_loader: Stateful = cast(litdata.StreamingDataLoader, anything)  # E: not mypy
mosaicml_dataset: Stateful = cast(streaming.StreamingDataset, anything)  # E
mosaicml_loader: Stateful = cast(streaming.StreamingDataLoader, anything)  # E
schedule_free: Stateful = cast(AdamWScheduleFree, anything)
timm_scheduler: Stateful = cast(CosineLRScheduler, anything)
adamw_8bit: Stateful = cast(AdamW8bit, anything)
stateful_data_loader: Stateful = cast(StatefulDataLoader[Any], anything)
nodes_loader: Stateful = cast(Loader[Any], anything)
metric: Stateful = cast(torchmetrics.Metric, anything)  # E: not mypy, ty


def same(value: StatefulT) -> StatefulT:
    return value


def torch_same(value: TorchStatefulT) -> TorchStatefulT:
    return value


def either_protocol(ours: Stateful, theirs: TorchStateful) -> list[TorchStateful]:
    accepted: list[Stateful] = [ours, theirs]
    assert_type(same(theirs), TorchStateful)
    assert_type(torch_same(ours), Stateful)
    return [*accepted]
