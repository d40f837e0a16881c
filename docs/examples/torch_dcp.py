"""Objects that know nothing of PyTorch in its distributed checkpointing, on several ranks.

python torch_dcp.py                                show all of it
torchrun --nproc-per-node 2 torch_dcp.py FOLDER    train on two ranks and save
torchrun --nproc-per-node 4 torch_dcp.py FOLDER    again: restore on four ranks, and compare
"""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_state_dict,
    set_model_state_dict,
)
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard

from stateful import Stateful

STEPS = 6
BATCH_SIZE = 16


class Training:
    """A model, sharded or not, and its optimizer, under names that do not depend on the ranks."""

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        self.model = model
        self.optimizer = optimizer

    def state_dict(self) -> dict[str, Any]:
        begun = [bool(self.optimizer.state.get(p)) for p in parameters(self.optimizer)]
        try:
            if not all(begun):
                empty_step(self.optimizer)
            model, optimizer = get_state_dict(self.model, self.optimizer)
        finally:
            for parameter, has_begun in zip(parameters(self.optimizer), begun, strict=True):
                if not has_begun:
                    self.optimizer.state.pop(parameter, None)
        return {"model": model, "optimizer": optimizer, "begun": begun}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        if layout(state_dict) != layout(self.state_dict()):
            message = "the snapshot is of another model or of another optimizer"
            raise ValueError(message)
        optimizer = deepcopy(state_dict["optimizer"])  # it keeps the tensors that it is given
        names = [name for group in optimizer["param_groups"] for name in group["params"]]
        for name, begun in zip(names, state_dict["begun"], strict=True):
            if not begun:
                optimizer["state"].pop(name, None)
        set_model_state_dict(self.model, state_dict["model"])
        self.optimizer.load_state_dict(optimizer)


def parameters(optimizer: torch.optim.Optimizer) -> list[torch.Tensor]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def empty_step(optimizer: torch.optim.Optimizer) -> None:
    """Give a state to the parameters without one, by a step with gradients and rates of zero."""
    groups = [dict(group) for group in optimizer.param_groups]
    gradients = [parameter.grad for parameter in parameters(optimizer)]
    try:
        for parameter in parameters(optimizer):
            begun = optimizer.state.get(parameter)
            parameter.grad = None if begun else torch.zeros_like(parameter)
        for group in optimizer.param_groups:
            group["lr"] = 0 * group["lr"]
        optimizer.step()
    finally:
        for group, before in zip(optimizer.param_groups, groups, strict=True):
            group.update(before)
        for parameter, gradient in zip(parameters(optimizer), gradients, strict=True):
            parameter.grad = gradient


def layout(value: object) -> object:
    """Return the keys at every level, the names in lists, and the shapes of tensors."""
    if isinstance(value, Mapping):
        return {key: layout(item) for key, item in value.items()}
    if isinstance(value, list):
        return [layout(item) for item in value]
    return value if isinstance(value, str) else getattr(value, "shape", None)


class Sampler:
    """Shuffled batches, of which each rank takes its share. What fills no batch is left out."""

    def __init__(self, length: int, batch_size: int, rank: int, ranks: int) -> None:
        if batch_size > length or batch_size % ranks:
            message = f"{length} rows in batches of {batch_size} give {ranks} ranks no equal shares"
            raise ValueError(message)
        self.length = length
        self.batch_size = batch_size
        self.rank, self.ranks = rank, ranks
        self.batches = 0

    def next_batch(self) -> list[int]:
        epoch, number = divmod(self.batches, self.length // self.batch_size)
        generator = torch.Generator().manual_seed(epoch)
        order: list[int] = torch.randperm(self.length, generator=generator).tolist()
        first = number * self.batch_size
        self.batches += 1
        return order[first + self.rank : first + self.batch_size : self.ranks]

    def state_dict(self) -> dict[str, Any]:
        return {"batches": self.batches}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.batches = state_dict["batches"]


class Noise:
    """Random numbers for the rows of a batch, each from a generator of its own.

    The keys name the row, not the rank: any number of ranks finds what any other has saved.
    """

    def __init__(self, rank: int, ranks: int) -> None:
        self.generators = {
            str(row): torch.Generator().manual_seed(row) for row in range(rank, BATCH_SIZE, ranks)
        }

    def draw(self, length: int) -> torch.Tensor:
        return torch.stack([torch.randn(length, generator=g) for g in self.generators.values()])

    def state_dict(self) -> dict[str, Any]:
        return {row: generator.get_state() for row, generator in self.generators.items()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.generators = {
            row: torch.Generator().set_state(state_dict[row]) for row in self.generators
        }


class Progress:
    """How many steps were taken, and the digest of the model, the optimizer and the noise then."""

    def __init__(self, kill_at: int | None) -> None:
        self.step = 0
        self.digest = ""
        self.kill_at = kill_at

    def state_dict(self) -> dict[str, Any]:
        if self.step == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)  # in the middle of a save
        return {"step": self.step, "digest": self.digest}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.step, self.digest = state_dict["step"], state_dict["digest"]


def gathered(value: Any) -> list[Any]:
    """Return the values of all ranks."""
    values = [None] * dist.get_world_size()
    dist.all_gather_object(values, value)
    return values


def state_digest(training: Training, noise: Noise) -> str:
    """Return a digest of all values of both, of all ranks together."""
    options = StateDictOptions(full_state_dict=True, flatten_optimizer_state_dict=True)
    model, optimizer = get_state_dict(training.model, training.optimizer, options=options)
    state: dict[str, Any] = {**model, **optimizer}
    for rows in gathered(noise.state_dict()):
        state.update(rows)
    plain = {name: v.tolist() if isinstance(v, torch.Tensor) else v for name, v in state.items()}
    return hashlib.sha256(repr(sorted(plain.items())).encode()).hexdigest()


@contextmanager
def on_all_ranks() -> Generator[None, None, None]:
    """Raise on all ranks what the block raises on any, so that none waits for one that failed."""
    error = None
    try:
        yield
    except BaseException as raised:
        error = raised
    failures = gathered(error and f"{type(error).__name__}: {error}")
    if error and not isinstance(error, Exception):
        raise error  # Ctrl-C stays Ctrl-C
    for rank, failure in enumerate(failures):
        if failure:
            message = f"rank {rank}: {failure}"
            raise RuntimeError(message) from error


def load_on_all_ranks(run: Mapping[str, Stateful], checkpoint: Path) -> None:
    """Bring the whole run to what was saved, or leave it as it was, on all ranks.

    To go back, each part has to accept the snapshot that it gave before, a fresh one too.
    """
    saved: dict[str, dict[str, Any]] = {}
    for name, part in run.items():
        with on_all_ranks():
            saved[name] = part.state_dict()
    before = deepcopy(saved)  # what is loaded is read into the tensors of `saved`, in place
    try:
        load(saved, checkpoint_id=checkpoint)
        for name, part in run.items():
            with on_all_ranks():
                part.load_state_dict(saved[name])
    except BaseException:  # the one of PyTorch's loader is no Exception
        for name, part in run.items():
            part.load_state_dict(before[name])
        raise


def newest(folder: Path) -> Path | None:
    """Return the newest complete checkpoint: metadata is what a save writes last."""
    complete = [file.parent for file in folder.glob("*/.metadata") if file.parent.name.isdecimal()]
    return max(complete, key=lambda checkpoint: int(checkpoint.name), default=None)


def work(folder: Path, *, killed: bool) -> bool:
    """Train and save, or restore and compare, as one of several ranks."""
    rank, ranks = dist.get_rank(), dist.get_world_size()
    torch.manual_seed(0)
    inputs = torch.randn(64, 4)
    targets = inputs.sum(dim=1, keepdim=True)
    model = nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 1))
    fully_shard(model, mesh=init_device_mesh("cpu", (ranks,)))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    training = Training(model, optimizer)
    sampler = Sampler(len(inputs), BATCH_SIZE, rank, ranks)
    noise = Noise(rank, ranks)
    progress = Progress(STEPS if killed and rank == 1 else None)
    run: dict[str, Stateful] = {"training": training, "sampler": sampler, "noise": noise}
    run["progress"] = progress

    checkpoint = gathered(newest(folder))[0]  # the same on all ranks
    if checkpoint:
        load_on_all_ranks(run, checkpoint)
        equal = (state_digest(training, noise), sampler.batches) == (progress.digest, progress.step)
        if rank == 0:
            verdict = "equal bit for bit" if equal else "NOT EQUAL"
            print(f"restored on {ranks}: step {progress.step}, {verdict}", flush=True)
        return equal
    while progress.step < STEPS:
        indices = sampler.next_batch()
        noisy = inputs[indices] + 0.01 * noise.draw(4)
        loss = (model(noisy) - targets[indices]).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        progress.step += 1
        if progress.step % 2 == 0:
            progress.digest = state_digest(training, noise)
            save(run, checkpoint_id=folder / str(progress.step))
    if rank == 0:
        print(f"saved on {ranks}: step {progress.step}", flush=True)
    return True


def launch(ranks: int, *arguments: str) -> int:
    """Start this program on several ranks of this machine, and return its status."""
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--local-addr", "localhost"]
    command = [sys.executable, *torchrun, f"--nproc-per-node={ranks}", __file__, *arguments]
    return subprocess.run(command, check=False, timeout=120).returncode


def demonstrate() -> int:
    """Save on two ranks, restore on two, one and four; then kill one in the middle of a save."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        statuses = [launch(ranks, folder) for ranks in (2, 2, 1, 4)]
        print("next, one of two ranks is killed in the middle of a save", flush=True)
        killed = launch(2, other, "killed")
        statuses.append(launch(2, other))
    return 0 if killed != 0 and not any(statuses) else 1


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(demonstrate())
    dist.init_process_group("gloo")
    equal = work(Path(sys.argv[1]), killed="killed" in sys.argv[2:])
    dist.destroy_process_group()
    # At once, because a thread of gloo that outlives the group can abort an interpreter that is
    # shutting down (pytorch/pytorch#179291): it did, about once in twelve runs.
    os._exit(0 if equal else 1)
