"""A training run that is killed, resumes, and ends with the same weights, bit for bit.

python resume.py                      show all of that
python resume.py run.json             train, with checkpoints in run.json
python resume.py run.json --resume    continue from the checkpoint in run.json
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
        weights = array("d", state_dict["weights"])
        velocity = array("d", state_dict["velocity"])
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
        length, drawn = state_dict["length"], state_dict["drawn"]
        if length != self.length or type(drawn) is not int or drawn < 0:
            raise ValueError(f"{drawn!r} drawn of {length!r} instead of {self.length}")
        self.drawn = drawn


def new_run(steps: int) -> dict[str, Any]:
    """Return a run that has not begun: two stateful objects, and plain values beside them."""
    return {"step": 0, "steps": steps, "model": Polynomial(), "sampler": Sampler(len(POINTS))}


def train(run: dict[str, Any], path: Path) -> None:
    """Take the run to its last step, with a checkpoint and a line of progress every ten steps."""
    if run["step"] >= run["steps"]:
        print(f"step {run['step']} is reached: the run is finished")
        return
    write(path, snapshot(run))  # to know that it can be written before there is work to lose
    while run["step"] < run["steps"]:
        run["model"].learn(*POINTS[run["sampler"].next_index()])
        run["step"] += 1
        if run["step"] % 10 == 0 or run["step"] == run["steps"]:
            write(path, snapshot(run))
            print(f"step {run['step']} of {run['steps']}", flush=True)


def train_in_process(path: Path, *options: str, kill_at: float = math.inf) -> None:
    """Train in a process that Ctrl-C does not reach, and kill it hard at a step if told so."""
    command = [sys.executable, __file__, str(path), *options]
    with Popen(command, stdout=PIPE, text=True, start_new_session=True) as process:
        try:
            for line in process.stdout or ():
                if int(line.split()[1]) >= kill_at:
                    break
        finally:
            process.kill()


def demonstrate() -> None:
    """Kill a run, resume it, train another one in one go, and compare their weights."""
    with tempfile.TemporaryDirectory() as folder:
        killed, whole = Path(folder, "killed.json"), Path(folder, "whole.json")
        train_in_process(killed, "--steps=1000000", kill_at=500)
        killed_at = read(killed)["step"]
        print(f"killed at step {killed_at}")
        last_step = f"--steps={killed_at + 500}"
        train_in_process(killed, "--resume", last_step)
        train_in_process(whole, last_step)
        weights, expected = (array("d", read(path)["model"]["weights"]) for path in (killed, whole))
    if weights.tobytes() != expected.tobytes():
        sys.exit("the weights differ")
    print(f"resumed: {len(weights)} final weights, equal bit for bit")


def main() -> None:
    parser = argparse.ArgumentParser(description="Train, with a checkpoint to resume from.")
    parser.add_argument("file", type=Path, nargs="?", help="the checkpoint (without: show it all)")
    parser.add_argument("--resume", action="store_true", help="continue from the checkpoint")
    parser.add_argument("--steps", type=int, help="the last step (of a new run: 1000)")
    options = parser.parse_args()
    path: Path | None = options.file
    if path is None:
        if options.resume or options.steps:
            parser.error("--resume and --steps need a checkpoint")
        demonstrate()
        return
    run = new_run(options.steps or 1000)
    try:
        if options.resume:
            restore(run, read(path))
            run["steps"] = options.steps or run["steps"]
        elif path.exists():
            parser.error(f"{path} exists already: name another, or continue it with --resume")
        train(run, path)
    except (CheckpointError, OSError) as error:
        sys.exit(f"resume.py: {error}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("interrupted: the checkpoint file, if any, is complete")
