"""A training run that is killed, resumes, and ends with the same weights, bit for bit.

python resume.py             show all of that
python resume.py run.json    train, with checkpoints in run.json: begin there, if there is the file
"""

import argparse
import math
import random
import sys
import tempfile
from array import array
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

from checkpointer import CheckpointError, read, restore, snapshot, write

POINTS = [(x / 64, math.sin(x / 16)) for x in range(-64, 65)]


class Polynomial:
    """A curve through points, found by gradient descent with momentum."""

    def __init__(self, degree: int = 7) -> None:
        self.weights = array("d", [0.0] * (degree + 1))
        self.velocity = array("d", self.weights)

    def learn(self, x: float, y: float) -> None:
        powers = [x**i for i in range(len(self.weights))]
        error = sum(w * power for w, power in zip(self.weights, powers, strict=True)) - y
        for i, power in enumerate(powers):
            self.velocity[i] = 0.9 * self.velocity[i] - 0.02 * error * power
            self.weights[i] += self.velocity[i]

    def state_dict(self) -> dict[str, Any]:
        return {"weights": list(self.weights), "velocity": list(self.velocity)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        weights, velocity = (array("d", state_dict[key]) for key in ("weights", "velocity"))
        if not len(weights) == len(velocity) == len(self.weights):
            raise ValueError(f"{len(weights)} weights and {len(velocity)} velocities")
        self.weights, self.velocity = weights, velocity


class Sampler:
    """Indices in an order that is shuffled anew for each pass over the data."""

    def __init__(self, length: int) -> None:
        self.length = length
        self.drawn = 0

    def next_index(self) -> int:
        epoch, position = divmod(self.drawn, self.length)
        self.drawn += 1
        return random.Random(epoch).sample(range(self.length), self.length)[position]

    def state_dict(self) -> dict[str, Any]:
        return {"length": self.length, "drawn": self.drawn}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        if state_dict["length"] != self.length:
            raise ValueError(f"it is of {state_dict['length']} indices, not of {self.length}")
        self.drawn = state_dict["drawn"]


def new_run() -> dict[str, Any]:
    return {"step": 0, "model": Polynomial(), "sampler": Sampler(len(POINTS))}


def train(run: dict[str, Any], path: Path, last_step: int) -> None:
    while run["step"] < last_step:
        run["model"].learn(*POINTS[run["sampler"].next_index()])
        run["step"] += 1
        if run["step"] % 10 == 0 or run["step"] == last_step:
            write(path, snapshot(run))
            print(f"step {run['step']} of {last_step}", flush=True)


def train_in_process(path: Path, last_step: int, kill_at: float = math.inf) -> None:
    """Train in a process that Ctrl-C does not reach, and kill it hard at a step if told so."""
    command = [sys.executable, __file__, str(path), f"--steps={last_step}"]
    with Popen(command, stdout=PIPE, text=True, start_new_session=True) as process:
        try:
            for line in process.stdout or ():
                if int(line.split()[1]) >= kill_at:
                    break
        finally:
            process.kill()


def demonstrate() -> None:
    with tempfile.TemporaryDirectory() as folder:
        killed, whole = Path(folder, "killed.json"), Path(folder, "whole.json")
        train_in_process(killed, 1_000_000, kill_at=500)
        killed_at = read(killed)["step"]
        print(f"killed at step {killed_at}")
        for path in (killed, whole):
            train_in_process(path, killed_at + 500)
        if killed.read_bytes() != whole.read_bytes():
            sys.exit("the final checkpoints differ")
    print("resumed: the final checkpoint has the same weights, bit for bit")


def main() -> None:
    parser = argparse.ArgumentParser(description="Train, and go on from a checkpoint.")
    parser.add_argument("file", type=Path, nargs="?", help="the checkpoint (without: show it all)")
    parser.add_argument("--steps", type=int, default=1000, help="the last step (1000)")
    options = parser.parse_args()
    try:
        if options.file is None:
            demonstrate()
            return
        run = new_run()
        if options.file.exists():
            restore(run, read(options.file))
        train(run, options.file, options.steps)
    except (CheckpointError, OSError) as error:
        sys.exit(f"resume.py: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
