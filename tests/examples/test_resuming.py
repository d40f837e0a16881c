"""The tests to copy: each catches what is broken in its way, and all accept what is sound."""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import test_resuming as resuming
from test_resuming import Case

from tests.examples.broken_classes import BROKEN, Counts, Holds, IsAView
from tests.examples.page_cases import SHOWN, TESTS, check_shown, failures
from tests.project import read_text


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


@pytest.mark.parametrize(("source", "make_case"), SHOWN)
def test_class_that_is_shown_resumes(
    source: str, make_case: Callable[[Any], Case], tmp_path: Path
) -> None:
    check_shown(source, make_case, tmp_path)


def test_texts_are_equal_if_values_and_their_types_are() -> None:
    assert resuming.text({"a": 1, "b": {0, 8}}) == resuming.text({"b": {8, 0}, "a": 1})
    different = [[1], (1,), 1, True, "1", 200, HTTPStatus.OK, {"a": 1}, OrderedDict(a=1), {"a": 2}]
    assert len({resuming.text([value]) for value in different}) == len(different)
