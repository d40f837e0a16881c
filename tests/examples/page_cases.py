"""How to make and advance the classes that the pages and examples show."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import test_resuming
from test_resuming import Case

from tests.classes import Counter
from tests.pages import content

TESTS: dict[str, Callable[[Case], None]] = {
    name: check for name, check in vars(test_resuming).items() if name.startswith("test_")
}


def failures(case: Case) -> dict[str, str]:
    """Return the first line of what each test to copy says that fails."""
    lines = {}
    for name, check in TESTS.items():
        try:
            check(case)
        except (AssertionError, pytest.fail.Exception) as error:
            lines[name] = str(error).splitlines()[0]
        except pytest.skip.Exception:
            assert case.view
    return lines


def count(value: Any) -> object:
    value.count += 1
    return value.count


def next_step(progress: Any) -> object:
    progress.step += 1
    return progress.step


def add_to_metrics(metrics: Any) -> object:
    metrics.last.append(len(metrics.last) / 2)
    return list(metrics.last)


def learn(model: Any) -> object:
    model.learn(0.5, 1.0)
    return [*model.weights, *model.velocity]


def counter(shown: Any) -> Case:
    return Case(shown.Counter, count)


def sampler(shown: Any) -> Case:
    longer = shown.Sampler(9).state_dict()
    return Case(lambda: shown.Sampler(5), shown.Sampler.next_index, [longer])


def group(shown: Any) -> Case:
    misfits = [{"inner": {"one": {}}, "two": {"count": 9}}]
    return Case(
        lambda: shown.Group(inner=shown.Group(one=Counter()), two=Counter()),
        lambda it: [count(it.parts["two"]), count(it.parts["inner"].parts["one"])],
        misfits,
    )


SHOWN: list[tuple[str, Callable[[Any], Case]]] = [
    ("README.md", counter),
    ("docs/checkpointer.md", counter),
    ("docs/testing.md", counter),
    ("docs/using.md", counter),
    ("docs/writing.md", sampler),
    ("docs/writing.md", lambda shown: Case(shown.Progress, next_step, [{"version": 3, "step": 1}])),
    ("docs/writing.md", lambda shown: Case(shown.Metrics, add_to_metrics, [{"loss": 1.0}])),
    ("checkpointer", group),
    (
        "resume",
        lambda shown: Case(shown.Polynomial, learn, [{"weights": [0.0], "velocity": [0.0]}]),
    ),
    ("resume", sampler),
    ("test_resuming", lambda shown: shown.CASES["Countdown"]),
]
"""Pages or modules, and the case of a class that they show."""


def check_shown(source: str, make_case: Callable[[Any], Case], folder: Path) -> None:
    """Put a class through the tests to copy."""
    is_page = source.endswith(".md")
    names = content.run(source, folder) if is_page else vars(import_module(source))
    assert failures(make_case(SimpleNamespace(**names))) == {}
