"""Objects that know nothing of PyTorch in its distributed checkpointing, on several ranks.

python torch_dcp.py                                show all of it
torchrun --nproc-per-node 2 torch_dcp.py FOLDER    train on two ranks and save
torchrun --nproc-per-node 4 torch_dcp.py FOLDER    again: restore on four ranks, and compare
"""

import hashlib
import sys
import tempfile
from pathlib import Path
from typing import Any

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
from torch.multiprocessing.spawn import start_processes

STEPS = 6
BATCH_SIZE = 16


class Training:
    """A model that may be sharded, and its optimizer."""

    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        self.model = model
        self.optimizer = optimizer

    def state_dict(self) -> dict[str, Any]:
        model, optimizer = get_state_dict(self.model, self.optimizer)
        return {"model": model, "optimizer": optimizer}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        set_state_dict(
            self.model,
            self.optimizer,
            model_state_dict=state_dict["model"],
            optim_state_dict=state_dict["optimizer"],
        )


class Sampler:
    """Shuffled batches, of which each rank takes its share. What fills no batch is left out."""

    def __init__(self, length: int, batch_size: int, rank: int, ranks: int) -> None:
        if batch_size > length or batch_size % ranks:
            raise ValueError(f"{ranks} ranks get no equal shares of {batch_size} of {length} rows")
        self.length = length
        self.batch_size = batch_size
        self.rank, self.ranks = rank, ranks
        self.batches = 0

    def next_batch(self) -> list[int]:
        epoch, number = divmod(self.batches, self.length // self.batch_size)
        generator = torch.Generator("cpu").manual_seed(epoch)
        order = torch.randperm(self.length, generator=generator, device="cpu").tolist()
        first = number * self.batch_size
        self.batches += 1
        return order[first + self.rank : first + self.batch_size : self.ranks]

    def state_dict(self) -> dict[str, Any]:
        return {"of": [self.length, self.batch_size], "batches": self.batches}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        if state_dict["of"] != [self.length, self.batch_size]:
            raise ValueError(f"it is of another length and batch size: {state_dict['of']}")
        self.batches = state_dict["batches"]


def state_digest(training: Training) -> str:
    """Return a digest of every value of the model and the optimizer, from all ranks."""
    options = StateDictOptions(full_state_dict=True, flatten_optimizer_state_dict=True)
    model, optimizer = get_state_dict(training.model, training.optimizer, options=options)
    state = {**model, **optimizer}
    plain = {name: v.tolist() if isinstance(v, torch.Tensor) else v for name, v in state.items()}
    return hashlib.sha256(repr(sorted(plain.items())).encode()).hexdigest()[:16]


def work(folder: Path) -> None:
    """Train and save, or restore what was saved and compare, as one of several ranks."""
    rank, ranks = dist.get_rank(), dist.get_world_size()
    torch.manual_seed(0)
    inputs = torch.randn(64, 4)
    targets = inputs.sum(dim=1, keepdim=True)
    model = nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 1))
    fully_shard(model, mesh=init_device_mesh("cpu", (ranks,)))
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    training = Training(model, optimizer)
    sampler = Sampler(len(inputs), BATCH_SIZE, rank, ranks)
    run = {"training": training, "sampler": sampler, "digest": ""}
    if (folder / ".metadata").exists():  # it is what a save writes last
        load(run, checkpoint_id=folder)
        done = "restored"
    else:
        while sampler.batches < STEPS:
            indices = sampler.next_batch()
            loss = (model(inputs[indices]) - targets[indices]).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        run["digest"] = state_digest(training)
        save(run, checkpoint_id=folder)
        done = "saved"
    if state_digest(training) != run["digest"]:
        sys.exit("the states differ")
    if rank == 0:
        print(f"{done} on {ranks}: step {sampler.batches}, digest {run['digest']}", flush=True)


def be_rank(rank: int, ranks: int, meeting: str, folder: Path) -> None:
    dist.init_process_group("gloo", f"file://{meeting}/ranks", rank=rank, world_size=ranks)
    work(folder)
    dist.destroy_process_group()


def launch(ranks: int, folder: Path) -> None:
    """Start several ranks on this machine, as copies of this process, and wait for them."""
    with tempfile.TemporaryDirectory() as meeting:
        start: Any = start_processes  # it has no types
        start(be_rank, (ranks, meeting, folder), nprocs=ranks, start_method="fork")


def demonstrate() -> None:
    """Save on two ranks (the first launch), and restore on two, one and four."""
    with tempfile.TemporaryDirectory() as folder:
        for ranks in (2, 2, 1, 4):
            launch(ranks, Path(folder))
    print("all equal, bit for bit")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        demonstrate()
    else:
        dist.init_process_group("gloo")
        work(Path(sys.argv[1]))
        dist.destroy_process_group()
