"""Objects that know nothing of PyTorch in its distributed checkpointing, on several ranks.

python torch_dcp.py                                show all of it
torchrun --nproc-per-node 2 torch_dcp.py FOLDER    train on two ranks and save
torchrun --nproc-per-node 4 torch_dcp.py FOLDER    again: restore on four ranks, and compare
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from subprocess import PIPE
from typing import Any, cast

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
        if is_wrapper(optimizer):
            message = "the optimizer is a wrapper: hand over the optimizer inside"
            raise TypeError(message)
        if not set(parameters(optimizer)) <= set(model.parameters()):
            message = "the optimizer has a parameter that is not the model's"
            raise ValueError(message)
        try:
            first_states(optimizer, parameters(optimizer)[:1])
        except Exception as error:
            kind = type(optimizer).__name__
            message = f"{kind} has a step or a state of another kind: save it as one value"
            raise TypeError(message) from error

    def state_dict(self) -> dict[str, Any]:
        begun = {tensor: state for tensor, state in self.optimizer.state.items() if state}
        others = [tensor for tensor in parameters(self.optimizer) if tensor not in begun]
        complete = {**begun, **first_states(self.optimizer, others)}
        model, optimizer = get_state_dict(self.model, stand_in(self.optimizer, state=complete))
        groups = cast("list[dict[str, Any]]", optimizer["param_groups"])
        named = zip(names(groups), parameters(self.optimizer), strict=True)
        return {
            "kind": type(self.optimizer).__name__,
            "model": model,
            "state": optimizer["state"],
            "begun": [name for name, parameter in named if parameter in begun],
            # Lists of pairs, which a loader reads as one value: a later PyTorch may have more.
            "groups": [list(group.items()) for group in groups],
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        own = self.state_dict()
        if state_dict["kind"] != own["kind"]:
            message = f"it is {state_dict['kind']} in the snapshot, and {own['kind']} here"
            raise ValueError(message)
        compare(state_dict["model"], own["model"], "model")
        compare(state_dict["state"], own["state"], "state")
        groups = completed(list(map(dict, state_dict["groups"])), list(map(dict, own["groups"])))
        # The optimizer keeps the tensors that it is given.
        state = {name: deepcopy(state_dict["state"][name]) for name in state_dict["begun"]}
        set_model_state_dict(self.model, state_dict["model"])
        self.optimizer.load_state_dict({"state": state, "param_groups": groups})
        for name, parameter in zip(names(groups), parameters(self.optimizer), strict=True):
            loaded = self.optimizer.state.get(parameter, {})
            for key, value in state.get(name, {}).items():
                if isinstance(value, torch.Tensor):  # it was cast to the parameter's dtype
                    loaded[key] = value.to(loaded[key].device)


def is_wrapper(optimizer: torch.optim.Optimizer) -> bool:
    """Tell whether a step of the optimizer is one of another optimizer."""
    attributes = vars(optimizer)
    held: list[object] = []
    for value in attributes.values():
        held += value if isinstance(value, list) else [value]
    no_state = not {"state", "param_groups"} <= attributes.keys()
    return no_state or any(isinstance(item, torch.optim.Optimizer) for item in held)


def parameters(optimizer: torch.optim.Optimizer) -> list[torch.Tensor]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def names(groups: list[dict[str, Any]]) -> list[str]:
    return [name for group in groups for name in group["params"]]


def stand_in(optimizer: torch.optim.Optimizer, **changes: Any) -> torch.optim.Optimizer:
    """Return an optimizer with the attributes of another one, but for some."""
    other = object.__new__(type(optimizer))  # copy.copy leaves out what a subclass has added
    vars(other).update(vars(optimizer), **changes)
    return other


def first_states(
    optimizer: torch.optim.Optimizer, wanted: list[torch.Tensor]
) -> dict[torch.Tensor, dict[str, Any]]:
    """Return the states that parameters get in their first step.

    A stand-in without hooks takes the step, with zeros for parameters and gradients.
    """
    zeros = {parameter: torch.zeros_like(parameter) for parameter in wanted}
    for zero in zeros.values():
        zero.grad = torch.zeros_like(zero)
    groups = [
        {**group, "params": [zeros[tensor] for tensor in group["params"] if tensor in zeros]}
        for group in optimizer.param_groups
    ]
    other = stand_in(
        optimizer,
        state=defaultdict(dict),
        param_groups=groups,
        _optimizer_step_pre_hooks={},
        _optimizer_step_post_hooks={},
    )
    devices = {parameter.device for parameter in wanted if parameter.is_cuda}
    with torch.random.fork_rng(devices):
        type(optimizer).step(other)  # not the optimizer's own, which a scheduler has wrapped
    if other.state.keys() - set(zeros.values()):
        message = "it keeps state that is not a parameter's"
        raise ValueError(message)
    return {parameter: other.state[zero] for parameter, zero in zeros.items()}


def compare(saved: object, own: object, name: str) -> None:
    """Raise an error that names the first place in which keys, shapes or dtypes differ."""
    if isinstance(saved, Mapping) and isinstance(own, Mapping):
        for key in saved.keys() ^ own.keys():
            owner = "the snapshot" if key in saved else "this object"
            message = f"only {owner} has {name}.{key}"
            raise ValueError(message)
        for key in own:
            if not str(key).endswith("_extra_state"):  # which the module itself checks
                compare(saved[key], own[key], f"{name}.{key}")
    elif described(saved) != described(own):
        message = f"{name} is {described(saved)} in the snapshot, and {described(own)} here"
        raise ValueError(message)


def described(value: object) -> str:
    if isinstance(value, torch.Tensor):
        return f"{value.dtype} of shape {tuple(value.shape)}"
    return "no tensor"


def completed(saved: list[dict[str, Any]], own: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the saved groups, and what a later PyTorch has added to them, from the own ones."""
    if [group["params"] for group in saved] != [group["params"] for group in own]:
        message = "the snapshot has the parameters in another order, or in other groups"
        raise ValueError(message)
    pairs = list(zip(saved, own, strict=True))
    if unknown := {key for group, other in pairs for key in group.keys() - other.keys()}:
        message = f"the optimizer has no {', '.join(unknown)}: make its scheduler before you load"
        raise ValueError(message)
    return [{**other, **group} for group, other in pairs]


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
        generator = torch.Generator("cpu").manual_seed(epoch)
        order = torch.randperm(self.length, generator=generator, device="cpu").tolist()
        first = number * self.batch_size
        self.batches += 1
        return order[first + self.rank : first + self.batch_size : self.ranks]

    def state_dict(self) -> dict[str, Any]:
        return {"of": [self.length, self.batch_size], "batches": self.batches}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        if state_dict["of"] != [self.length, self.batch_size]:
            message = f"it is of another length and batch size: {state_dict['of']}"
            raise ValueError(message)
        self.batches = state_dict["batches"]


class Noise:
    """Random numbers for the rows of a batch, each from a generator of its own.

    The keys name the row, not the rank: any number of ranks finds what any other has saved.
    """

    def __init__(self, rank: int, ranks: int) -> None:
        self.generators = {
            str(row): torch.Generator("cpu").manual_seed(row)
            for row in range(rank, BATCH_SIZE, ranks)
        }

    def draw(self, length: int) -> torch.Tensor:
        rows = [
            torch.randn(length, generator=generator, device="cpu")
            for generator in self.generators.values()
        ]
        return torch.stack(rows)

    def state_dict(self) -> dict[str, Any]:
        return {row: generator.get_state() for row, generator in self.generators.items()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.generators = {
            row: torch.Generator("cpu").set_state(state_dict[row]) for row in self.generators
        }


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
    return hashlib.sha256(repr(sorted(plain.items())).encode()).hexdigest()[:16]


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
    except BaseException:  # that of PyTorch's loader is not an Exception
        for name, part in run.items():
            part.load_state_dict(before[name])
        raise


def work(folder: Path) -> None:
    """Train and save, or restore what was saved, as one of several ranks, and print a digest."""
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
    run: dict[str, Stateful] = {"training": training, "sampler": sampler, "noise": noise}
    if (folder / ".metadata").exists():  # it is what a save writes last
        load_on_all_ranks(run, folder)
        done = "restored"
    else:
        while sampler.batches < STEPS:
            indices = sampler.next_batch()
            noisy = inputs[indices] + 0.01 * noise.draw(4)
            loss = (model(noisy) - targets[indices]).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        save(run, checkpoint_id=folder)
        done = "saved"
    digest = state_digest(training, noise)
    if rank == 0:
        print(f"{done} on {ranks}: step {sampler.batches}, state {digest}", flush=True)


def launch(ranks: int, folder: str) -> str:
    """Start this program on several ranks of this machine, and return the digest that it prints."""
    torchrun = ["-m", "torch.distributed.run", "--standalone", "--local-addr", "localhost"]
    command = [sys.executable, *torchrun, f"--nproc-per-node={ranks}", __file__, folder]
    run = subprocess.run(command, check=True, stdout=PIPE, encoding="utf-8", timeout=120)
    print(run.stdout, end="", flush=True)
    return run.stdout.split()[-1]


def demonstrate() -> None:
    """Save on two ranks (the first launch), restore on two, one and four, compare the digests."""
    with tempfile.TemporaryDirectory() as folder:
        digests = {launch(ranks, folder) for ranks in (2, 2, 1, 4)}
    if len(digests) > 1:
        sys.exit("the states differ")
    print("all equal, bit for bit")


if __name__ == "__main__":
    if len(sys.argv) == 1:
        demonstrate()
    else:
        dist.init_process_group("gloo")
        work(Path(sys.argv[1]))
        dist.destroy_process_group()
        # At once, because a thread of gloo that outlives the group can abort an interpreter that
        # is shutting down (pytorch/pytorch#179291): it did, about once in twelve runs.
        os._exit(0)
