"""What type checkers say of the objects in `objects.py`, in the convention of shapes.py.

mypy and ty do not infer what `load_state_dict` of a module returns. mypy does not compare the names
of parameters. zuban treats a base of Lightning's module as unknown.
"""

from typing import assert_type

from torch.distributed.checkpoint.stateful import Stateful as TorchStateful
from torch.distributed.checkpoint.stateful import StatefulT as TorchStatefulT

from stateful import Stateful, StatefulT
from tests.interop import objects

module: Stateful = objects.module()  # E: not mypy, ty
distributed_data_parallel: Stateful = objects.distributed_data_parallel()  # E: not mypy, ty
optimizer: Stateful = objects.optimizer()
step_lr: Stateful = objects.step_lr()
multi_step_lr: Stateful = objects.multi_step_lr()
grad_scaler: Stateful = objects.grad_scaler()
data_loader: Stateful = objects.data_loader()  # E
distributed_sampler: Stateful = objects.distributed_sampler()  # E
generator: Stateful = objects.generator()  # E
accelerated_data_loader: Stateful = objects.accelerated_data_loader()
accelerated_stateful_data_loader: Stateful = objects.accelerated_stateful_data_loader()
iterable_dataset: Stateful = objects.iterable_dataset()
shuffled_dataset: Stateful = objects.shuffled_dataset()
engine: Stateful = objects.engine()
lightning_module: Stateful = objects.lightning_module()  # E: not mypy, ty, zuban
litdata_dataset: Stateful = objects.litdata_dataset()  # E
litdata_loader: Stateful = objects.litdata_loader()  # E: not mypy
mosaicml_dataset: Stateful = objects.mosaicml_dataset()  # E
mosaicml_loader: Stateful = objects.mosaicml_loader()  # E
schedule_free_optimizer: Stateful = objects.schedule_free_optimizer()
timm_scheduler: Stateful = objects.timm_scheduler()
adamw_8bit: Stateful = objects.adamw_8bit()
stateful_data_loader: Stateful = objects.stateful_data_loader()
nodes_loader: Stateful = objects.nodes_loader()
metric: Stateful = objects.metric()  # E: not mypy, ty


def same(value: StatefulT) -> StatefulT:
    return value


def torch_same(value: TorchStatefulT) -> TorchStatefulT:
    return value


def either_protocol(ours: Stateful, theirs: TorchStateful) -> list[TorchStateful]:
    accepted: list[Stateful] = [ours, theirs]
    assert_type(same(theirs), TorchStateful)
    assert_type(torch_same(ours), Stateful)
    return [*accepted]
