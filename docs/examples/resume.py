"""A training run that is killed, resumes, and ends with the same weights, bit for bit.

    python resume.py                      show all of that
    python resume.py run.json             train, with checkpoints in run.json
    python resume.py run.json --resume    continue from the checkpoint in run.json

The model, the optimizer, the sampler and the progress each know how to save and restore
themselves. None of them inherits from anything: `Stateful` recognizes them by their two methods.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
from array import array
from copy import deepcopy
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stateful import Stateful, StatefulT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

POINTS = [(x / 16, math.sin(x / 16)) for x in range(-64, 65)]
BATCH_SIZE = 16
STEPS = 3000
CHECKPOINT_EVERY = 10


class Network:
    """A curve through points: one hidden layer of tanh units."""

    def __init__(self, units: int = 16) -> None:
        self.units = units
        generator = random.Random(1)
        self.parameters = [generator.uniform(-1, 1) for _ in range(3 * units + 1)]

    def gradient(self, points: Sequence[tuple[float, float]]) -> tuple[float, list[float]]:
        """Return the mean squared error over the points, and its gradient."""
        units = range(self.units)
        weights = self.parameters[: self.units]
        biases = self.parameters[self.units : 2 * self.units]
        outputs = self.parameters[2 * self.units : -1]
        loss = 0.0
        gradient = [0.0] * len(self.parameters)
        for x, y in points:
            hidden = [math.tanh(weights[i] * x + biases[i]) for i in units]
            error = self.parameters[-1] + sum(outputs[i] * hidden[i] for i in units) - y
            loss += error * error / len(points)
            slope = 2 * error / len(points)
            for i in units:
                inner = slope * outputs[i] * (1 - hidden[i] * hidden[i])
                gradient[i] += inner * x
                gradient[self.units + i] += inner
                gradient[2 * self.units + i] += slope * hidden[i]
            gradient[-1] += slope
        return loss, gradient

    def state_dict(self) -> dict[str, Any]:
        return {"parameters": list(self.parameters)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        # In place, because the optimizer holds the same list.
        self.parameters[:] = floats(state_dict["parameters"], len(self.parameters))


class Momentum:
    """Gradient descent with momentum."""

    def __init__(self, parameters: list[float], rate: float = 0.02, decay: float = 0.9) -> None:
        self.parameters = parameters
        self.rate = rate
        self.decay = decay
        self.velocity = [0.0] * len(parameters)

    def step(self, gradient: Sequence[float]) -> None:
        for i, slope in enumerate(gradient):
            self.velocity[i] = self.decay * self.velocity[i] - self.rate * slope
            self.parameters[i] += self.velocity[i]

    def state_dict(self) -> dict[str, Any]:
        return {"velocity": list(self.velocity)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.velocity = floats(state_dict["velocity"], len(self.parameters))


class ShufflingSampler:
    """Batches of indices, in an order that is shuffled anew for each pass over the data."""

    def __init__(self, length: int, batch_size: int) -> None:
        self.length = length
        self.batch_size = batch_size
        self.generator = random.Random(2)
        self.remaining: list[int] = []

    def next_batch(self) -> list[int]:
        if not self.remaining:
            self.remaining = list(range(self.length))
            self.generator.shuffle(self.remaining)
        batch = self.remaining[: self.batch_size]
        del self.remaining[: self.batch_size]
        return batch

    def state_dict(self) -> dict[str, Any]:
        return {"remaining": list(self.remaining), "generator": self.generator.getstate()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        remaining = list(state_dict["remaining"])
        if not all(type(index) is int and 0 <= index < self.length for index in remaining):
            message = f"not indices below {self.length}"
            raise ValueError(message)
        # JSON has made lists of the generator's tuples.
        version, internal, gauss_next = state_dict["generator"]
        generator = random.Random()
        generator.setstate((version, tuple(internal), gauss_next))
        self.remaining, self.generator = remaining, generator


class Progress:
    """How far the training is, and how well it goes."""

    def __init__(self) -> None:
        self.step = 0
        self.loss = 0.0

    def advance(self, loss: float) -> None:
        self.step += 1
        self.loss = loss if self.step == 1 else 0.99 * self.loss + 0.01 * loss

    def state_dict(self) -> dict[str, Any]:
        return {"step": self.step, "loss": self.loss}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        step, [loss] = state_dict["step"], floats([state_dict["loss"]], 1)
        if type(step) is not int or step < 0:
            message = f"{step!r} is not a number of steps"
            raise ValueError(message)
        self.step, self.loss = step, loss


def floats(values: Iterable[float], length: int) -> list[float]:
    """Return a copy of the values, if they are that many numbers."""
    copy = list(array("d", values))
    if len(copy) != length:
        message = f"{len(copy)} values instead of {length}"
        raise ValueError(message)
    return copy


class CheckpointError(Exception):
    """A checkpoint cannot be read, or does not fit."""


def checkpoint(run: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is to be saved: snapshots of what is stateful, and plain values as they are."""
    return {
        name: value.state_dict() if isinstance(value, Stateful) else value
        for name, value in run.items()
    }


def restored(target: StatefulT, state_dict: dict[str, Any]) -> StatefulT:
    """Load a snapshot into the target, and return the target as the type that it is."""
    target.load_state_dict(state_dict)
    return target


def loaded(value: Any, saved: Any) -> Any:
    """Return the value as it was saved: a stateful object restored, a plain value replaced."""
    if isinstance(value, Stateful):
        return restored(value, saved)
    if type(saved) is not type(value):
        message = f"{saved!r} instead of {value!r}"
        raise TypeError(message)
    return saved


def restore(run: dict[str, Any], saved: Mapping[str, Any]) -> None:
    """Bring the whole run to what was saved.

    Raises:
        CheckpointError: A part does not fit. The run is then as it was before.
    """
    if saved.keys() != run.keys():
        message = f"it holds {', '.join(saved) or 'nothing'}; wanted are {', '.join(run)}"
        raise CheckpointError(message)
    before = deepcopy(checkpoint(run))  # a snapshot may hold an object's own values
    name = ""
    try:
        for name, part in run.items():
            run[name] = loaded(part, saved[name])
    except BaseException as error:  # Ctrl-C too
        for changed, value in run.items():
            run[changed] = loaded(value, before[changed])
        if not isinstance(error, Exception):
            raise
        message = f"its {name} does not fit ({type(error).__name__}: {error})"
        raise CheckpointError(message) from error


def write(path: Path, contents: dict[str, Any]) -> None:
    """Replace the file in one step: a reader finds either the old contents or the new."""
    partial = path.with_name(f"{path.name}.partial")
    try:
        with partial.open("w", encoding="utf-8") as file:
            json.dump(contents, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read(path: Path) -> dict[str, Any]:
    """Return what was written to the file.

    Raises:
        CheckpointError: There is no such file, or it is not a complete checkpoint.
    """
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise CheckpointError(error.strerror) from error
    except (TypeError, ValueError, RecursionError) as error:
        message = "it is not a complete checkpoint"
        raise CheckpointError(message) from error


def new_run(steps: int) -> dict[str, Any]:
    """Return a run that has not begun: four stateful objects, and plain values beside them."""
    model = Network()
    return {
        "started": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "steps": steps,
        "model": model,
        "optimizer": Momentum(model.parameters),
        "sampler": ShufflingSampler(len(POINTS), BATCH_SIZE),
        "progress": Progress(),
    }


def train(run: dict[str, Any], path: Path) -> None:
    """Take the run to its last step, with a checkpoint and a line of progress every few steps."""
    model: Network = run["model"]
    optimizer: Momentum = run["optimizer"]
    sampler: ShufflingSampler = run["sampler"]
    progress: Progress = run["progress"]
    if progress.step >= run["steps"]:
        print(f"step {progress.step} is reached: the run is finished")
        return
    write(path, checkpoint(run))  # to know that it can be written before there is work to lose
    while progress.step < run["steps"]:
        loss, gradient = model.gradient([POINTS[i] for i in sampler.next_batch()])
        optimizer.step(gradient)
        progress.advance(loss)
        if progress.step % CHECKPOINT_EVERY == 0 or progress.step == run["steps"]:
            write(path, checkpoint(run))
            print(f"step {progress.step} of {run['steps']}, loss {progress.loss:.6f}", flush=True)


def train_in_process(label: str, *arguments: str, kill_at: float = math.inf) -> int:
    """Train in a process of its own, kill it hard at a step if told so, and return its status."""
    command = [sys.executable, __file__, *arguments]
    line = ""
    # In a session of its own, for Ctrl-C to reach this process only.
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            for line in process.stdout or ():
                if sys.stdout.isatty():
                    print(f"\r{label:12}{line.rstrip()}", end="")
                if int(line.split()[1]) >= kill_at:
                    process.kill()
                    break
        except KeyboardInterrupt:
            process.kill()
            print()
            raise
    print(f"\r{label:12}{line.rstrip()}")
    return process.returncode


def demonstrate(steps: int) -> int:
    """Train in one go, train with a kill in the middle, and compare the weights."""
    with tempfile.TemporaryDirectory() as folder:
        whole, parted = Path(folder, "whole.json"), Path(folder, "parted.json")
        length = f"--steps={steps}"
        statuses = [
            train_in_process("in one go", str(whole), length),
            train_in_process("killed", str(parted), length, kill_at=steps / 2),
            train_in_process("resumed", str(parted), "--resume"),
        ]
        if [status == 0 for status in statuses] != [True, False, True]:
            print(f"The processes ended with {statuses}: the second was to be killed.")
            return 1
        expected = restored(Network(), read(whole)["model"]).parameters
        weights = restored(Network(), read(parted)["model"]).parameters
    equal = array("d", weights).tobytes() == array("d", expected).tobytes()
    print(f"{len(weights)} final weights, {'equal bit for bit' if equal else 'NOT EQUAL'}")
    return 0 if equal else 1


def main() -> int:
    parser = argparse.ArgumentParser(description="Train, with a checkpoint to resume from.")
    parser.add_argument("checkpoint", type=Path, nargs="?", help="the file (without: show it all)")
    parser.add_argument("--resume", action="store_true", help="continue from the checkpoint")
    parser.add_argument("--steps", type=int, help=f"the last step (of a new run: {STEPS})")
    options = parser.parse_args()
    path: Path | None = options.checkpoint
    if options.steps is not None and options.steps < 1:
        parser.error("--steps has to be at least 1")
    if path is None and options.resume:
        parser.error("--resume needs a checkpoint")
    if path is None:
        return demonstrate(options.steps or STEPS)
    run = new_run(options.steps or STEPS)
    try:
        if options.resume:
            restore(run, read(path))
            run["steps"] = options.steps or run["steps"]
        elif path.exists():
            way_out = "name a file in it" if path.is_dir() else "--resume continues it"
            print(f"{path}: it exists already: {way_out}", file=sys.stderr)
            return 1
        train(run, path)
    except (CheckpointError, OSError) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("interrupted: --resume continues from the last checkpoint", file=sys.stderr)
        sys.exit(130)
