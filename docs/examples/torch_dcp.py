"""Objects that know nothing of PyTorch in its distributed checkpointing, on several ranks.

    python torch_dcp.py                                          show all of it
    torchrun --nproc-per-node 2 torch_dcp.py FOLDER              train on two ranks and save
    torchrun --nproc-per-node 4 torch_dcp.py FOLDER --restore    restore on four, and compare

The sampler, the noise and the progress are stateful in the sense of `stateful`, and of PyTorch's
protocol without knowing it. The model, sharded over the ranks, and its optimizer are put into one
stateful object of the same kind.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
from collections import ChainMap
from collections.abc import Mapping
from contextlib import contextmanager
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_state_dict,
    set_state_dict,
)
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard

if TYPE_CHECKING:
    from collections.abc import Generator

    from stateful import Stateful

STEPS = 6
SAVE_EVERY = 2
BATCH_SIZE = 16


class Training:
    """A sharded model and its optimizer, saved under names that do not depend on the ranks."""

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        self.model = model
        self.optimizer = optimizer

    def state_dict(self) -> dict[str, Any]:
        model, optimizer = get_state_dict(self.model, self.optimizer)
        return {"model": model, "optimizer": optimizer}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        if layout(state_dict) != layout(self.state_dict()):
            message = "the snapshot is of another model or of another optimizer"
            raise ValueError(message)
        set_state_dict(
            self.model,
            self.optimizer,
            model_state_dict=state_dict["model"],
            # PyTorch's optimizers keep the tensors that they are given.
            optim_state_dict=deepcopy(state_dict["optimizer"]),
        )

    def whole(self) -> dict[str, Any]:
        """Return the state of the model and the optimizer, of all ranks together."""
        options = StateDictOptions(full_state_dict=True, flatten_optimizer_state_dict=True)
        model, optimizer = get_state_dict(self.model, self.optimizer, options=options)
        return {**model, **optimizer}


def layout(value: object) -> object:
    """Return the keys at every level, and the shapes of the tensors."""
    if isinstance(value, Mapping):
        return {key: layout(item) for key, item in value.items()}
    if isinstance(value, list):
        return [layout(item) for item in value]
    return getattr(value, "shape", None)


class Sampler:
    """Batches of shuffled indices. All ranks have the same state; each takes a share of a batch."""

    def __init__(self, length: int, batch_size: int) -> None:
        self.length = length
        self.batch_size = batch_size
        self.epoch = 0
        self.position = 0

    def next_batch(self, rank: int, ranks: int) -> list[int]:
        generator = torch.Generator().manual_seed(self.epoch)
        order: list[int] = torch.randperm(self.length, generator=generator).tolist()
        batch = order[self.position : self.position + self.batch_size]
        self.position += self.batch_size
        if self.position >= self.length:
            self.epoch, self.position = self.epoch + 1, 0
        return batch[rank::ranks]

    def state_dict(self) -> dict[str, Any]:
        return {"epoch": self.epoch, "position": self.position}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.epoch, self.position = state_dict["epoch"], state_dict["position"]


class Noise:
    """Random numbers for the rows of a batch, each from a generator of its own.

    This state differs by rank: a rank has the generators of its rows. The keys name the row, not
    the rank, so that any number of ranks finds its own in what any other number has saved.
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
        states = [state_dict[row] for row in self.generators]  # all, before the first is set
        for generator, state in zip(self.generators.values(), states, strict=True):
            generator.set_state(state)


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
    """Return a digest of every bit of both, of all ranks together."""
    state = dict(ChainMap(training.whole(), *gathered(noise.state_dict())))
    digest = hashlib.sha256()
    for name, value in sorted(state.items()):
        bits = value.numpy().tobytes() if isinstance(value, torch.Tensor) else repr(value).encode()
        digest.update(name.encode() + bits)
    return digest.hexdigest()


class CheckpointError(Exception):
    """A checkpoint is missing, is in the way, or does not fit."""


@contextmanager
def on_all_ranks() -> Generator[None, None, None]:
    """Raise on all ranks what the block raises on any, so that none waits for one that failed."""
    error = None
    try:
        yield
    except Exception as raised:
        error = raised
    for rank, failure in enumerate(gathered(error and f"{type(error).__name__}: {error}")):
        if failure:
            message = f"rank {rank}: {failure}"
            raise CheckpointError(message) from error


def load_on_all_ranks(run: Mapping[str, Stateful], checkpoint: Path) -> None:
    """Bring the whole run to what was saved.

    Raises:
        CheckpointError: A part does not fit, on one rank at least. All ranks are as before.
    """
    saved = {name: part.state_dict() for name, part in run.items()}
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


def work(folder: Path, kill_at: int | None, *, restore: bool) -> int:
    """Train and save, or restore and compare, as one of several ranks."""
    rank, ranks = dist.get_rank(), dist.get_world_size()
    torch.manual_seed(0)
    inputs = torch.randn(64, 4)
    targets = inputs.sum(dim=1, keepdim=True)
    model = nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 1))
    mesh = init_device_mesh("cpu", (ranks,))
    for part in (model[0], model[2], model):
        fully_shard(part, mesh=mesh)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)

    training = Training(model, optimizer)
    sampler = Sampler(len(inputs), BATCH_SIZE)
    noise = Noise(rank, ranks)
    progress = Progress(kill_at if rank == 1 else None)
    run: dict[str, Stateful] = {
        "training": training,
        "sampler": sampler,
        "noise": noise,
        "progress": progress,
    }

    checkpoint = gathered(newest(folder))[0]  # the same on all ranks
    if restore:
        if checkpoint is None:
            message = "it holds no complete checkpoint"
            raise CheckpointError(message)
        load_on_all_ranks(run, checkpoint)
        digest = state_digest(training, noise)
        equal = digest == progress.digest and progress.step == int(checkpoint.name)
        if rank == 0:
            verdict = "equal bit for bit" if equal else "NOT EQUAL"
            print(f"restored on {ranks}: step {progress.step}, {sampler.state_dict()}, {verdict}")
        return 0 if equal else 1

    if checkpoint is not None:
        message = "it holds a checkpoint already: use --restore, or another folder"
        raise CheckpointError(message)
    while progress.step < STEPS:
        indices = sampler.next_batch(rank, ranks)
        noisy = inputs[indices] + 0.01 * noise.draw(4)
        loss = (model(noisy) - targets[indices]).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        progress.step += 1
        if progress.step % SAVE_EVERY == 0:
            progress.digest = state_digest(training, noise)
            save(run, checkpoint_id=folder / str(progress.step))
    if rank == 0:
        print(f"saved on {ranks}: step {progress.step}, {sampler.state_dict()}")
    return 0


def launch(ranks: int, *arguments: str) -> int:
    """Start this program on several ranks of this machine, and return its status."""
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--local-addr", "localhost"]
    command = [sys.executable, *torchrun, f"--nproc-per-node={ranks}", __file__, *arguments]
    return subprocess.run(command, check=False, timeout=120).returncode


def demonstrate() -> int:
    """Save on two ranks, restore on two, one and four; then kill one in the middle of a save."""
    with tempfile.TemporaryDirectory() as folder:
        saved = launch(2, folder)
        restored = [launch(ranks, folder, "--restore") for ranks in (2, 1, 4)]
    with tempfile.TemporaryDirectory() as folder:
        print("next, one of two ranks is killed in the middle of a save", flush=True)
        killed = launch(2, folder, "--kill-at", str(STEPS))
        restored.append(launch(2, folder, "--restore"))
    return 0 if saved == 0 and killed != 0 and not any(restored) else 1


def main() -> int:
    parser = argparse.ArgumentParser(description="Train on several ranks, save and restore.")
    parser.add_argument("folder", type=Path, nargs="?", help="where the checkpoints are")
    parser.add_argument("--restore", action="store_true", help="restore the newest and compare")
    parser.add_argument("--kill-at", type=int, help="kill rank 1 in the middle of this step's save")
    options = parser.parse_args()
    if options.folder is None:
        if options.restore or options.kill_at is not None:
            parser.error("--restore and --kill-at need a folder")
        return demonstrate()
    if "RANK" not in os.environ:
        parser.error("a folder is for several ranks: start them with torchrun")
    dist.init_process_group("gloo", timeout=timedelta(minutes=1))
    try:
        status = work(options.folder, options.kill_at, restore=options.restore)
    except CheckpointError as error:
        status = 1
        if dist.get_rank() == 0:
            print(f"{options.folder}: {error}", file=sys.stderr)
    dist.destroy_process_group()
    sys.stdout.flush()
    # At once, because a thread of gloo that outlives the group can abort an interpreter that is
    # shutting down (pytorch/pytorch#179291): it did, about once in twelve runs.
    os._exit(status)


if __name__ == "__main__":
    sys.exit(main())
