"""Measures what a check costs, and the checkpointer beside what it calls: tox -e bench."""

import copy
import functools
import json
import platform
import timeit
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from checkpointer import snapshot, write

from stateful import Stateful
from tests.classes import Copy, Counter

CHECKS = {
    "`stateful`": "isinstance(value, Stateful)",
    "a copy with `typing.Protocol`": "isinstance(value, Copy)",
    "cached by class": "cached(type(value))",
    "two `hasattr`": "hasattr(value, 'state_dict') and hasattr(value, 'load_state_dict')",
}
RUNS = {
    "100,000 tuples": [(i, i) for i in range(100_000)],
    "1,000,000 floats": [i / 7 for i in range(1_000_000)],
    "100,000 dictionaries": [{"a": i} for i in range(100_000)],
}


@functools.cache
def cached(cls: type) -> bool:
    return issubclass(cls, Stateful)


KNOWN: dict[str, Any] = {each.__name__: each for each in (copy, json, Stateful, Copy)}
KNOWN |= {each.__name__: each for each in (cached, snapshot, write)}


def seconds(statement: str, number: int = 1, **names: Any) -> float:
    """Return the shortest time: what disturbs a machine can only add to it."""
    return min(timeit.repeat(statement, globals=KNOWN | names, number=number, repeat=7)) / number


if __name__ == "__main__":
    print(f"Python {platform.python_version()}, typing_extensions {version('typing_extensions')}")
    for name, check in CHECKS.items():
        match, other = (seconds(check, 20_000, value=value) for value in (Counter(), object()))
        print(f"| {name} | {match * 1e6:.2f} µs | {other * 1e6:.2f} µs |")
    for name, value in RUNS.items():
        run = {"value": value}
        saving = seconds("snapshot(run)", run=run) / seconds("copy.deepcopy(run)", run=run)
        with TemporaryDirectory() as folder, Path(folder, "dumped").open("w") as file:
            writing = seconds("write(path, run)", run=run, path=Path(folder, "written"))
            writing /= seconds("json.dump(run, file)", run=run, file=file)
        print(f"{name}: snapshot {saving:.2f} times copy.deepcopy, write {writing:.2f} json.dump")
