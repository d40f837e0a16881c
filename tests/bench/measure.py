"""Measures on every Python it finds, and writes docs/performance.md: tox -e bench."""

from __future__ import annotations

import json
import math
import platform
import re
import shutil
import statistics
import subprocess
import sys
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pyperf

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).with_name("cases.py")
WORK = Path(sys.argv[1])
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
TURNS = 3
PYTHONS = ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"]
CHECKS = ["stateful", "PyTorch's own", "typing.Protocol", "ABC", "two hasattr"]
SUBJECTS = ["match", "no match", "nominal subclass", "instance attributes", "tensor"]

Times = dict[str, dict[str, float]]
"""Seconds, by subject and check."""


def output(*command: object) -> str:
    completed = subprocess.run(
        [*map(str, command)], check=True, capture_output=True, encoding="utf-8", cwd=WORK
    )
    return completed.stdout + completed.stderr


def environments() -> dict[str, Path]:
    """Return an interpreter with pyperf and this library for every Python on the search path."""
    found = {}
    for version in PYTHONS:
        if version == HERE:
            found[version] = Path(sys.executable)
        elif interpreter := shutil.which(f"python{version}"):
            folder = WORK / f"python{version}"
            python = folder / "bin" / "python"
            if subprocess.run(  # a shim of pyenv's may stand for a Python that is not active
                [interpreter, "-c", ""], check=False, capture_output=True
            ).returncode:
                continue
            output(interpreter, "-m", "venv", "--clear", folder)
            output(python, "-m", "pip", "install", f"pyperf=={metadata.version('pyperf')}", ROOT)
            found[version] = python
    return found


def times(pythons: dict[str, Path]) -> dict[str, Times]:
    """Return the shortest time of each case: what disturbs a machine can only add to it.

    Every Python has several turns, minutes apart, so that no disturbance lasts through all of them.
    """
    shortest: dict[str, Times] = {version: {} for version in pythons}
    for _ in range(TURNS):
        for version, python in pythons.items():
            results = WORK / f"{version}.json"
            results.unlink(missing_ok=True)
            output(python, CASES, "--quiet", "-o", results)
            for benchmark in pyperf.BenchmarkSuite.load(str(results)).get_benchmarks():
                subject, check = benchmark.get_name().split(", ")
                seconds = shortest[version].setdefault(subject, {})
                seconds[check] = min(*benchmark.get_values(), seconds.get(check, math.inf))
    return shortest


def import_cost(module: str, repeats: int) -> tuple[float, float, float]:
    """Return the milliseconds of an import and the module's own share, and megabytes resident."""
    # Not by way of getrusage, in which what the parent process took counts too.
    code = f"import {module}; print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"
    whole, own, resident = [], [], []
    for _ in range(repeats):
        text = output(sys.executable, "-I", "-X", "importtime", "-c", code)
        line = re.search(
            rf"import time: +(\d+) \| +(\d+) \| {re.escape(module)}$", text, re.MULTILINE
        )
        own.append(int(line[1]) / 1000 if line else 0.0)
        whole.append(int(line[2]) / 1000 if line else 0.0)
        resident.append(int(text.splitlines()[0]) / 1024)
    return min(whole), min(own), min(resident)


def installed_kilobytes(distribution: str) -> float:
    files = metadata.files(distribution) or []
    return sum(Path(str(file.locate())).stat().st_size for file in files if file.size) / 1000


def table(header: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, ["---"] * len(header), *rows])


def plot(measured: dict[str, Times], file: Path, foreground: str) -> None:
    """Draw how long a match and a check without one take on each Python."""
    mpl.rcParams.update({"svg.hashsalt": "stateful", "svg.fonttype": "none", "font.size": 11})
    colours = dict(zip(CHECKS, ["#3b82f6", "#14b8a6", "#ef4444", "#a855f7", "#9ca3af"]))
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True)
    for axis, subject in zip(axes, ["match", "no match"]):
        for check in CHECKS:
            values = {
                version: subjects[subject][check] * 1e6
                for version, subjects in measured.items()
                if check in subjects[subject]
            }
            axis.plot(list(values), list(values.values()), "o-", color=colours[check], label=check)
        axis.set(title=subject, yscale="log", xlabel="Python")
        axis.tick_params(colors=foreground, which="both")
        for text in (axis.title, axis.xaxis.label):
            text.set_color(foreground)
        for name, spine in axis.spines.items():
            spine.set(color=foreground, visible=name in {"left", "bottom"})
    axes[0].set_ylabel("microseconds", color=foreground)
    figure.legend(
        *axes[0].get_legend_handles_labels(),
        loc="lower center",
        ncols=len(CHECKS),
        frameon=False,
        labelcolor=foreground,
    )
    figure.tight_layout(rect=(0, 0.1, 1, 1))
    figure.savefig(file, transparent=True, metadata={"Date": None})
    plt.close(figure)


def in_turns(python: Path, check: str, *subjects: str) -> list[float]:
    """Return how many times as long a check takes for each subject, the middle of five processes."""
    command = [python, CASES, "--in-turns", check, *subjects]
    runs = [json.loads(output(*command)) for _ in range(5)]
    return [statistics.median(run[subject] for run in runs) for subject in subjects]


def bars(pythons: dict[str, Path], costs: dict[str, Any]) -> list[tuple[str, bool]]:
    """Return what the library promises of its speed, and whether it holds."""
    own = [1 / ratio for ratio in in_turns(pythons[HERE], "PyTorch's own", *SUBJECTS)]
    gains = [
        gain
        for version in ("3.9", "3.10", "3.11")
        if version in pythons
        for gain in in_turns(pythons[version], "typing.Protocol", "match")
    ]
    whole, share, _ = costs["stateful"]
    torch = costs["torch.distributed.checkpoint.stateful"][0]
    return [
        (
            f"`isinstance` takes as long as with PyTorch's own protocol: {min(own):.2f} to "
            f"{max(own):.2f} times as long (within 5 %)",
            max(own) <= 1.05,
        ),
        (
            "a match on Python 3.9 to 3.11 is faster than with a copy made with `typing.Protocol`: "
            f"{min(gains):.0f} to {max(gains):.0f} times (at least 8)",
            min(gains) >= 8,
        ),
        (
            f"of an import, {share:.2f} ms are its own, {share / whole:.1%} of the whole (under 1 ms "
            "and 5 %)",
            share < 1 and share / whole < 0.05,
        ),
        (
            f"the import is cheaper than that of PyTorch's protocol: {torch / whole:.0f} times (at "
            "least 50)",
            torch / whole >= 50,
        ),
    ]


def page(
    measured: dict[str, Times], costs: dict[str, Any], promises: list[tuple[str, bool]]
) -> str:
    def ratio(subject: dict[str, float], check: str) -> str:
        return f"{subject[check] / subject['stateful']:.2f}" if check in subject else ""

    rows = [
        [
            version,
            subject,
            f"{measured[version][subject]['stateful'] * 1e6:.2f} µs",
            *(ratio(measured[version][subject], check) for check in CHECKS[1:]),
        ]
        for version in measured
        for subject in SUBJECTS
        if subject in measured[version]
    ]
    imports = [
        [
            f"`{module}`" if module != "sys" else "bare interpreter",
            f"{whole:.1f} ms" if module != "sys" else "",
            f"{own:.2f} ms" if module != "sys" else "",
            f"{resident:.0f} MB",
        ]
        for module, (whole, own, resident) in costs.items()
    ]
    sizes = [
        [f"`{name}`", metadata.version(name).split("+")[0], f"{installed_kilobytes(name):,.0f} kB"]
        for name in ("stateful-protocol", "typing_extensions", "torch")
    ]
    match = measured[HERE]["match"]["stateful"] * 1e6
    other = measured[HERE]["no match"]["stateful"] * 1e6
    tools = ", ".join(
        f"{name} {metadata.version(name).split('+')[0]}"
        for name in ("pyperf", "typing_extensions", "torch")
    )
    return f"""# Performance

A check takes {match:.1f} µs if the object matches and {other:.1f} µs if it does not (Python {HERE}). In a
checkpoint, which is a matter of milliseconds at least, that is nothing. In a loop over millions of values
it is something: check each object once, when it is registered, and keep the answer.

```{{image}} pictures/performance-light.svg
:alt: Time of a check on each Python, for a match and for no match
:class: only-light
```

```{{image}} pictures/performance-dark.svg
:alt: Time of a check on each Python, for a match and for no match
:class: only-dark
```

## What the library promises

{chr(10).join(f"- {'✓' if held else '✗'} {promise}" for promise, held in promises)}

## `isinstance`

The time with this library, and how many times as long the others take. Two calls of `hasattr` are what a
check by hand costs; they run properties and `__getattr__`, and take `None` for a method. An ABC wants
its classes registered. From Python 3.12 on `typing.Protocol` looks attributes up statically too, and takes
about as long.

{table(["Python", "object", "stateful", *CHECKS[1:]], rows)}

## Import

{table(["module", "import", "its own share", "resident"], imports)}

## Installed

{table(["distribution", "version", "size"], sizes)}

---

Measured on {datetime.now(timezone.utc).date()} on {platform.system()} \
{platform.machine()}, CPython {", ".join(measured)}, with {tools}. Each time is
the shortest of several processes, minutes apart; for what is promised, the two compared take turns in one process.
`tox -e bench` measures again and writes this page.
"""


def main() -> int:
    WORK.mkdir(parents=True, exist_ok=True)
    pythons = environments()
    measured = times(pythons)
    costs = {
        module: import_cost(module, repeats)
        for module, repeats in {
            "sys": 20,
            "typing_extensions": 20,
            "stateful": 20,
            "torch.distributed.checkpoint.stateful": 3,
        }.items()
    }
    pictures = ROOT / "docs" / "pictures"
    plot(measured, pictures / "performance-light.svg", "#222222")
    plot(measured, pictures / "performance-dark.svg", "#dddddd")
    promises = bars(pythons, costs)
    text = page(measured, costs, promises)
    (ROOT / "docs" / "performance.md").write_text(text, encoding="utf-8")
    for promise, held in promises:
        print("held    " if held else "NOT HELD", promise)
    return 0 if all(held for _, held in promises) else 1


if __name__ == "__main__":
    sys.exit(main())
