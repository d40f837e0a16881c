"""Measures what docs/performance.md says, and prints it: tox -e bench."""

import functools
import os
import platform
import re
import subprocess
import sys
import typing
from pathlib import Path
from tempfile import TemporaryDirectory

import pyperf

from stateful import Stateful
from tests.tables import seen_with, table


class Match:
    def state_dict(self) -> None: ...
    def load_state_dict(self, state_dict: object) -> None: ...


class NoMatch: ...


@typing.runtime_checkable
class TypingCopy(typing.Protocol):
    def state_dict(self) -> None: ...
    def load_state_dict(self, state_dict: object) -> None: ...


@functools.cache
def cached(cls: type) -> bool:
    return issubclass(cls, Stateful)


CHECKS = {
    "`stateful`": "isinstance(value, Stateful)",
    "a copy with `typing.Protocol`": "isinstance(value, TypingCopy)",
    "cached by class": "cached(type(value))",
    "two `hasattr`": "hasattr(value, 'state_dict') and hasattr(value, 'load_state_dict')",
}
IMPORTS = "from tests.bench import Match, NoMatch, Stateful, TypingCopy, cached"
TORCH = "torch.distributed.checkpoint.stateful"


def run(*command: str) -> str:
    """Return what a command prints."""
    completed = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    return completed.stdout + completed.stderr


def microseconds(statement: str, cls: type, folder: Path) -> float:
    """Return the shortest time: what disturbs a machine can only add to it."""
    results = folder / f"{cls.__name__} {hash(statement)}.json"
    setup = f"{IMPORTS}; value = {cls.__name__}()"
    options = ["--quiet", "--processes=10", "--values=3", f"--output={results}", f"--setup={setup}"]
    run(sys.executable, "-m", "pyperf", "timeit", *options, statement)
    return 1e6 * float(min(pyperf.Benchmark.load(str(results)).get_values()))


def import_milliseconds(module: str) -> tuple[float, float]:
    """Return a module's own share of its import, and the whole, the least of ten times."""
    pattern = rf"import time: +(\d+) \| +(\d+) \| {re.escape(module)}$"
    command = [sys.executable, "-I", "-X", "importtime", "-c", f"import {module}"]
    found = [re.findall(pattern, run(*command), re.MULTILINE)[0] for _ in range(10)]
    own, whole = zip(*found, strict=True)
    return min(map(int, own)) / 1000, min(map(int, whole)) / 1000


def main() -> int:
    with TemporaryDirectory() as folder:
        times = [
            [microseconds(statement, cls, Path(folder)) for cls in (Match, NoMatch)]
            for statement in CHECKS.values()
        ]
    faster = times[1][0] / times[0][0]
    own, whole = import_milliseconds("stateful")
    cheaper = import_milliseconds(TORCH)[1] / whole
    promises = [
        ["a match is faster than with a copy", "at least 8 times", f"{faster:.0f} times"],
        ["the import is cheaper than PyTorch's", "at least 50 times", f"{cheaper:.0f} times"],
        ["its own share of the import is small", "under 1 ms", f"{own:.2f} ms"],
    ]
    rows = [
        [name, *(f"{time:.2f} µs" for time in found)]
        for name, found in zip(CHECKS, times, strict=True)
    ]
    print(table(["promise", "limit", "measured"], promises))
    seen = seen_with(["pyperf", "typing_extensions", "torch"])
    print(table(["check", "match", "no match"], rows) + seen)
    print(f"Python {platform.python_version()}, {platform.platform()}, {os.cpu_count()} cores")
    return 0 if faster >= 8 and cheaper >= 50 and own < 1 else 1


if __name__ == "__main__":
    sys.exit(main())
