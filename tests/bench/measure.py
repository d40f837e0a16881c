"""Measures on every Python it finds, and writes docs/performance.md: tox -e bench."""

from __future__ import annotations

import io
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
from dataclasses import astuple, dataclass
from datetime import datetime, timezone
from importlib import metadata
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pyperf
from matplotlib.ticker import LogLocator, NullLocator

from tests.project import ROOT, pythons

CASES = Path(__file__).with_name("cases.py")
WORK = Path(sys.argv[1])
TORCH_STATEFUL = metadata.distribution("torch").locate_file(
    "torch/distributed/checkpoint/stateful.py"
)
RESULTS = WORK / "pyperf.json"
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
TURNS = 5
PROCESSES = 3
IMPORTS = 20
COLORS = {
    "stateful": "#2563eb",
    "by class": "#16a34a",
    "cached by class": "#0891b2",
    "PyTorch's own": "#f97316",
    "typing.Protocol": "#ef4444",
    "ABC": "#a855f7",
    "two hasattr": "#78716c",
}
FOREGROUND = "#010203"
"""Stands for the color of the text around the picture."""
MODULES = ["sys", "typing_extensions", "stateful", "torch.distributed.checkpoint.stateful"]

Times = dict[str, float]
"""Seconds with this library, by subject."""
Ratios = dict[str, dict[str, float]]
"""How many times as long as with this library, by subject and check."""


@dataclass
class ImportCost:
    """Milliseconds of the whole process, the import and the module's own share; megabytes."""

    process: float
    whole: float
    own: float
    resident: float


@dataclass
class Promise:
    """What the library promises, and whether that is kept."""

    what: str
    limit: str
    measured: str
    kept: bool


def output(*command: object) -> str:
    completed = subprocess.run(
        [*map(str, command)],
        check=True,
        capture_output=True,
        encoding="utf-8",
        cwd=WORK,
        env={**os.environ, "TORCH_STATEFUL": str(TORCH_STATEFUL)},
    )
    return completed.stdout + completed.stderr


def built_wheel() -> Path:
    folder = WORK / "wheel"
    shutil.rmtree(folder, ignore_errors=True)
    output(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", folder, ROOT)
    [wheel] = folder.iterdir()
    return wheel


def environments(wheel: Path) -> dict[str, Path]:
    """Return an interpreter with pyperf and this library for every Python on the search path."""
    found = {}
    for version in pythons():
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
            output(python, "-m", "pip", "install", f"pyperf=={metadata.version('pyperf')}", wheel)
            found[version] = python
    return found


def with_pyperf(*command: object) -> dict[str, float]:
    """Return the shortest time of each benchmark: what disturbs a machine can only add to it."""
    RESULTS.unlink(missing_ok=True)
    output(*command)
    suite = pyperf.BenchmarkSuite.load(str(RESULTS))
    return {bench.get_name(): min(bench.get_values()) for bench in suite.get_benchmarks()}


def check_costs(interpreters: dict[str, Path]) -> tuple[dict[str, Times], dict[str, Ratios]]:
    """Return the shortest time of each case, and the median of each ratio.

    Every Python has several turns, so that no disturbance lasts through all.
    """
    times: dict[str, list[Times]] = {version: [] for version in interpreters}
    ratios: dict[str, list[Ratios]] = {version: [] for version in interpreters}
    options = ["--processes", PROCESSES, "--inherit-environ=TORCH_STATEFUL", "--quiet"]
    for _ in range(TURNS):
        for version, python in interpreters.items():
            times[version].append(with_pyperf(python, CASES, *options, "--output", RESULTS))
            ratios[version].append(json.loads(output(python, CASES, "--in-turns")))
    shortest = {
        version: {subject: min(turn[subject] for turn in turns) for subject in turns[0]}
        for version, turns in times.items()
    }
    middle = {
        version: {
            subject: {
                check: statistics.median(turn[subject][check] for turn in turns)
                for check in turns[0][subject]
            }
            for subject in turns[0]
        }
        for version, turns in ratios.items()
    }
    return shortest, middle


def import_costs() -> dict[str, ImportCost]:
    """Return the least of several imports of each module, in turns, each in a bare interpreter."""
    costs: dict[str, list[ImportCost]] = {module: [] for module in MODULES}
    for _ in range(IMPORTS):
        for module, found in costs.items():
            found.append(import_cost(module))
    return {
        module: ImportCost(*(min(values) for values in zip(*map(astuple, found))))
        for module, found in costs.items()
    }


def import_cost(module: str) -> ImportCost:
    interpreter = [sys.executable, "-I"]
    statement = f"import {module}"
    once = ["--processes=1", "--values=1", "--warmups=0", "--loops=1"]
    [process] = with_pyperf(
        *[sys.executable, "-m", "pyperf", "command", *once, "--quiet", "--output", RESULTS, "--"],
        *[*interpreter, "-c", statement],
    ).values()
    # The memory is not asked of getrusage, where what the parent process took counts too.
    peak = "print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])"
    text = output(*interpreter, "-X", "importtime", "-c", f"{statement}; {peak}")
    pattern = rf"import time: +(\d+) \| +(\d+) \| {re.escape(module)}$"
    times = re.search(pattern, text, re.MULTILINE)
    own, whole = (int(times[1]) / 1000, int(times[2]) / 1000) if times else (0.0, 0.0)
    return ImportCost(process * 1000, whole, own, int(text.splitlines()[0]) / 1024)


def release(distribution: str) -> str:
    return metadata.version(distribution).split("+")[0]


def relative(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.3f}"


def installed_kilobytes(distribution: str) -> float:
    files = metadata.files(distribution) or []
    return sum(Path(str(file.locate())).stat().st_size for file in files if file.size) / 1000


def table(header: list[str], rows: list[list[str]], *, words: int | None = None) -> str:
    """Return a table; after so many columns with words, if that is said, come figures."""
    words = len(header) if words is None else words
    marks = ["---"] * words + ["---:"] * (len(header) - words)
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, marks, *rows])


def plot(times: dict[str, Times], ratios: dict[str, Ratios]) -> str:
    """Draw how long a match and a check without one take on each Python."""
    mpl.rcParams.update(
        {
            "svg.hashsalt": "stateful",
            "svg.fonttype": "none",
            "font.size": 11,
            "text.color": FOREGROUND,
            "axes.edgecolor": FOREGROUND,
            "axes.labelcolor": FOREGROUND,
            "xtick.color": FOREGROUND,
            "ytick.color": FOREGROUND,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "xtick.minor.size": 0,
            "ytick.minor.size": 0,
        }
    )
    figure, axes = plt.subplots(1, 2, figsize=(6.4, 4.4), sharey=True)
    for axis, subject in zip(axes, ["match", "no match"]):
        for check, color in COLORS.items():
            # The two that coincide are to be seen both: one is dashed, on the other's line.
            dashed = check == "PyTorch's own"
            axis.plot(
                list(times),
                [
                    times[version][subject] * 1e6 * ratios[version][subject][check]
                    for version in times
                ],
                color=color,
                label=check,
                linestyle=(0, (2, 2)) if dashed else "-",
                linewidth=4 if check == "stateful" else 2,
                zorder=3 if dashed else 2,
            )
        axis.set(title=subject, yscale="log", xlabel="Python")
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 3)))
        axis.yaxis.set_major_formatter("{x:g}")
        axis.yaxis.set_minor_locator(NullLocator())
    axes[0].set_ylabel("microseconds")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="lower center", ncols=3, frameon=False)
    figure.tight_layout(rect=(0, 0.2, 1, 1))
    file = io.StringIO()
    figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    plt.close(figure)
    svg = re.sub(r"<metadata>.*?</metadata>", "", file.getvalue(), flags=re.DOTALL)
    label = "Time of each check on each Python, for a match and for no match"
    return (
        svg[svg.index("<svg") :]
        .replace("<svg", f'<div class="picture"><svg role="img" aria-label="{label}"', 1)
        .replace("</svg>", "</svg></div>")
        .replace(FOREGROUND, "currentColor")
    )


def promises(ratios: dict[str, Ratios], costs: dict[str, ImportCost], wheel: Path) -> list[Promise]:
    """Return what the library promises of its speed and size."""
    own = [1 / ratio["PyTorch's own"] for found in ratios.values() for ratio in found.values()]
    gains = [
        ratios[version]["match"]["typing.Protocol"]
        for version in ("3.9", "3.10", "3.11")
        if version in ratios
    ]
    whole, share = costs["stateful"].whole, costs["stateful"].own
    torch = costs["torch.distributed.checkpoint.stateful"].whole
    size = wheel.stat().st_size / 1000
    return [
        Promise(
            "`isinstance` takes as long as with PyTorch's own protocol",
            "within 5 %",
            f"{min(own):.2f} to {max(own):.2f} times as long",
            max(own) <= 1.05,
        ),
        Promise(
            "a match is faster than with a copy made with `typing.Protocol`, on Python 3.9 to 3.11",
            "at least 8 times",
            f"{min(gains):.0f} to {max(gains):.0f} times",
            min(gains) >= 8,
        ),
        Promise(
            "the library's own share of the import is small",
            "under 1 ms and 5 %",
            f"{share:.2f} ms, {share / whole * 100:.1f} %",
            share < 1 and share / whole < 0.05,
        ),
        Promise(
            "the import is cheaper than that of PyTorch's protocol",
            "at least 50 times",
            f"{torch / whole:.0f} times",
            torch / whole >= 50,
        ),
        Promise("the wheel is small", "under 10 kB", f"{size:.1f} kB", size < 10),
    ]


def page(
    versions: list[str],
    times: dict[str, Times],
    ratios: dict[str, Ratios],
    costs: dict[str, ImportCost],
    made: list[Promise],
) -> str:
    others = [check for check in COLORS if check != "stateful"]
    checks = [
        [
            version,
            subject,
            f"{seconds * 1e6:.2f} µs",
            *(relative(ratios[version][subject][check]) for check in others),
        ]
        for version in times
        for subject, seconds in times[version].items()
    ]
    imports = [
        [
            f"`{module}`" if cost.whole else "bare interpreter",
            f"{cost.process:.0f} ms",
            f"{cost.whole:.1f} ms" if cost.whole else "",
            f"{cost.own:.2f} ms" if cost.whole else "",
            f"{cost.resident:.0f} MB",
        ]
        for module, cost in costs.items()
    ]
    promised = [
        [promise.what, promise.limit, promise.measured, "✓" if promise.kept else "✗"]
        for promise in made
    ]
    sizes = [
        [f"`{name}`", release(name), f"{installed_kilobytes(name):,.0f} kB"]
        for name in ("stateful-protocol", "typing_extensions", "torch")
    ]
    match, other = (times[HERE][subject] * 1e6 for subject in ("match", "no match"))
    system = pyperf.Run([1.0]).get_metadata()
    machine = f"{platform.system()} {platform.machine()}, {system['cpu_model_name']}, {system['cpu_count']} cores"
    tools = ", ".join(
        f"{name} {release(name)}" for name in ("pyperf", "typing_extensions", "torch")
    )
    return f"""# Performance

A check takes {match:.1f} µs if the object matches and {other:.1f} µs if it does not (Python {HERE}). In a
checkpoint, which is a matter of milliseconds at least, that is nothing. In a loop over millions of values
it is something: [keep the answers by class](recognizing.md#many-values-if-the-check-is-slow).

```{{raw}} html
:file: pictures/performance.svg
```

## What the library promises

{table(["promise", "limit", "measured", ""], promised)}

## `isinstance`

The time with this library, and how many times as long the others take.

A value that is no match takes longer, because the two names are looked up in the value itself too. "By class" is
`issubclass(type(value), Stateful)`, which leaves that out. It is slower for a match below Python 3.12. "Cached by class"
is the same in a function with `functools.cache`. Neither sees methods that only the instance has, nor the object behind
a proxy.

Two calls of `hasattr` are what a check by hand costs. From Python 3.12 on `typing.Protocol` looks attributes up statically too. PyTorch's
protocol is loaded from its file under each Python; a tensor needs all of PyTorch, which is there for
Python {HERE}.

{table(["Python", "object", "stateful", *others], checks, words=2)}

## Import

What this library adds to the import of `typing_extensions` is its own share. The whole imports and processes vary
by more than that from run to run.

{table(["module", "process", "import", "its own share", "resident"], imports, words=1)}

## Installed

{table(["distribution", "version", "size"], sizes, words=2)}

---

Measured on {datetime.now(timezone.utc).date()} on {machine}, with CPython {", ".join(versions)}, {tools}.
A time is the minimum of at least {TURNS * PROCESSES} processes. A ratio is the median of {TURNS}, in each of which the checks take turns. `tox -e bench` measures again and writes this page.
"""


def main() -> int:
    WORK.mkdir(parents=True, exist_ok=True)
    wheel = built_wheel()
    interpreters = environments(wheel)
    times, ratios = check_costs(interpreters)
    costs = import_costs()
    picture = ROOT / "docs" / "pictures" / "performance.svg"
    picture.write_text(plot(times, ratios), encoding="utf-8")
    made = promises(ratios, costs, wheel)
    print_version = "import platform; print(platform.python_version())"
    versions = [output(python, "-c", print_version).strip() for python in interpreters.values()]
    text = page(versions, times, ratios, costs, made)
    (ROOT / "docs" / "performance.md").write_text(text, encoding="utf-8")
    for promise in made:
        kept = "kept" if promise.kept else "NOT KEPT"
        print(f"{kept}: {promise.what}: {promise.measured} ({promise.limit})")
    return 0 if all(promise.kept for promise in made) else 1


if __name__ == "__main__":
    sys.exit(main())
