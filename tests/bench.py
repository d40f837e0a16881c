"""Measures what a check costs, and the checkpointer beside what it calls: tox -e bench."""

import copy
import functools
import json
import platform
import tempfile
import timeit
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from checkpointer import snapshot, write

from stateful import Stateful
from tests.classes import Copy, Counter


@functools.cache
def cached(cls: type) -> bool:
    return issubclass(cls, Stateful)


NAMES = ["state_dict", "load_state_dict"]
CHECKS: dict[str, Callable[[Any], object]] = {
    "`stateful`": lambda value: isinstance(value, Stateful),
    "a copy with `typing.Protocol`": lambda value: isinstance(value, Copy),
    "cached by class": lambda value: cached(value.__class__),
    "two `hasattr`": lambda value: (
        hasattr(value, "state_dict") and hasattr(value, "load_state_dict")
    ),
}
VALUES: dict[str, object] = {
    "100,000 tuples": [(i, i) for i in range(100_000)],
    "1,000,000 floats": [i / 7 for i in range(1_000_000)],
    "100,000 dictionaries": [{"a": i} for i in range(100_000)],
}


def seconds(call: Callable[[], object], number: int = 1) -> float:
    """Return the shortest time: what disturbs a machine can only add to it."""
    return min(timeit.repeat(call, number=number, repeat=7)) / number


def time_check(name: str, check: Callable[[object], object]) -> None:
    match, other = Counter(), object()
    microseconds = seconds(lambda: check(match), 20_000) * 1e6
    without_match = seconds(lambda: check(other), 20_000) * 1e6
    print(f"| {name} | {microseconds:.2f} µs | {without_match:.2f} µs |")


def compare_checkpointer(name: str, value: object) -> None:
    """Print times beside those of `copy.deepcopy` and `json.dump`."""
    run = {"value": value}
    with tempfile.TemporaryDirectory() as folder, Path(folder, "dumped").open("w") as file:
        saving = seconds(lambda: snapshot(run)) / seconds(lambda: copy.deepcopy(run))
        writing = seconds(lambda: write(Path(folder, "written"), run))
        writing /= seconds(lambda: json.dump(run, file))
    print(f"{name}: snapshot {saving:.2f} times copy.deepcopy, write {writing:.2f} json.dump")


if __name__ == "__main__":
    print(f"Python {platform.python_version()}, typing_extensions {version('typing_extensions')}")
    for name, check in CHECKS.items():
        time_check(name, check)
    for name, value in VALUES.items():
        compare_checkpointer(name, value)
