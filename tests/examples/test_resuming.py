"""The tests to copy: each catches what is broken in its way, and all accept what is sound."""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import test_resuming as resuming
from test_resuming import Case

from tests.classes import Counter
from tests.examples.broken_classes import BROKEN, Counts, Holds, IsAView
from tests.pages import content
from tests.project import read_text

TESTS: dict[str, Callable[[Case], None]] = {
    name: check for name, check in vars(resuming).items() if name.startswith("test_")
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


@pytest.mark.parametrize(
    ("name", "cls"), [(name, cls) for name, classes in BROKEN.items() for cls in classes]
)
def test_broken_class_is_caught_and_told_what_to_do(name: str, cls: type[Counts]) -> None:
    lines = failures(Case(cls, cls.step, cls.misfits))
    assert name in lines
    assert not any(line.startswith("assert") for line in lines.values())


def test_every_check_catches_something_and_is_explained() -> None:
    page = read_text("docs/testing.md")
    assert re.findall(r"^- `(test_\w+)`", page, re.MULTILINE) == list(TESTS) == list(BROKEN)


class RunsAGenerator(Counts):
    """It cannot be copied, and ends after as many steps as the tests may take."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.load_state_dict({"n": 0})

    def step(self) -> Any:
        self.n = next(self.numbers)
        return self.n

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n = state_dict["n"]
        self.numbers = (n for n in range(self.n + 1, 31))


class HoldsALongerAndLongerList(Holds):
    def value(self) -> Any:
        return [self.n] * self.n


@pytest.mark.parametrize("cls", [Counts, RunsAGenerator, HoldsALongerAndLongerList])
def test_sound_class_is_accepted(cls: type[Counts]) -> None:
    assert failures(Case(cls, cls.step)) == {}


def test_view_is_accepted_if_it_is_declared() -> None:
    assert failures(Case(IsAView, IsAView.step, view=True)) == {}


def test_texts_are_equal_if_values_and_their_types_are() -> None:
    assert resuming.text({"a": 1, "b": {0, 8}}) == resuming.text({"b": {8, 0}, "a": 1})
    different = [[1], (1,), 1, True, "1", 200, HTTPStatus.OK, {"a": 1}, OrderedDict(a=1), {"a": 2}]
    assert len({resuming.text([value]) for value in different}) == len(different)


# The classes that the pages and examples show


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


@pytest.mark.parametrize(("source", "make_case"), SHOWN)
def test_class_that_is_shown_resumes(
    source: str, make_case: Callable[[Any], Case], tmp_path: Path
) -> None:
    is_page = source.endswith(".md")
    names = content.run(source, tmp_path) if is_page else vars(import_module(source))
    assert failures(make_case(SimpleNamespace(**names))) == {}
