"""Measures what docs/matching.md and README.md say of the cost, and prints it: tox -e bench."""

import functools
import platform
import re
import subprocess
import sys
import timeit

from stateful import Stateful
from tests.classes import Copy, Counter
from tests.tables import seen_with, table


class Other:
    """A class with neither method."""


@functools.cache
def cached(cls: type) -> bool:
    return issubclass(cls, Stateful)


CHECKS = {
    "`stateful`": "isinstance(value, Stateful)",
    "a copy with `typing.Protocol`": "isinstance(value, Copy)",
    "cached by class": "cached(type(value))",
    "two `hasattr`": "hasattr(value, 'state_dict') and hasattr(value, 'load_state_dict')",
}
TORCH = "torch.distributed.checkpoint.stateful"


def microseconds(statement: str, value: object) -> float:
    """Return the shortest time: what disturbs a machine can only add to it."""
    names = {"Copy": Copy, "Stateful": Stateful, "cached": cached, "value": value}
    return min(timeit.repeat(statement, number=20_000, repeat=10, globals=names)) / 20_000 * 1e6


def import_seconds(module: str) -> float:
    """Return how long an import takes in a new interpreter, the least of ten times."""
    command = [sys.executable, "-I", "-X", "importtime", "-c", f"import {module}"]
    printed = [
        subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stderr
        for _ in range(10)
    ]
    pattern = rf"\| +(\d+) \| {re.escape(module)}$"
    return min(int(re.findall(pattern, text, re.MULTILINE)[0]) for text in printed) / 1e6


def main() -> int:
    times = {
        check: [microseconds(statement, value) for value in (Counter(), Other())]
        for check, statement in CHECKS.items()
    }
    rows = [[check, *(f"{time:.2f} µs" for time in found)] for check, found in times.items()]
    print(table(["check", "match", "no match"], rows) + seen_with(["typing_extensions"]))
    print(f"Python {platform.python_version()}, {platform.platform()}")
    faster = times["a copy with `typing.Protocol`"][0] / times["`stateful`"][0]
    cheaper = import_seconds(TORCH) / import_seconds("stateful")
    print(f"a match by its class: {faster:.0f} times faster than with the copy, at least 8")
    print(f"the import: {cheaper:.0f} times faster than PyTorch's, at least 50")
    return 0 if faster >= 8 and cheaper >= 50 else 1


if __name__ == "__main__":
    sys.exit(main())
