"""The tests to copy: each catches what is broken in its way, and all accept what is sound."""

import math
import random
import re
import threading
from collections import OrderedDict, deque
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import test_resuming as resuming
from test_resuming import Case

from tests.pages.broken_classes import (
    BROKEN,
    PLAIN,
    Counts,
    Holds,
    IsAView,
    case,
)
from tests.pages.page_cases import PAGE_CASES, TESTS, check_classes_shown, failures
from tests.project import read_text

BROKEN_CLASSES = [(name, cls) for name, classes in BROKEN.items() for cls in classes]


@pytest.mark.parametrize(("name", "cls"), BROKEN_CLASSES)
def test_broken_class_is_caught_and_told_what_to_do(name: str, cls: type[Counts]) -> None:
    lines = failures(case(cls))
    assert name in lines, f"{name} accepts {cls.__name__}"
    for line in lines.values():
        assert not line.startswith("assert"), f"{cls.__name__} gets no advice: {line}"


def test_every_check_catches_something_and_is_explained() -> None:
    page = read_text("docs/testing.md")
    assert re.findall(r"^- `(test_\w+)`", page, re.MULTILINE) == list(TESTS) == list(BROKEN)


# Sound classes


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
        self.numbers = (n for n in range(self.n + 1, 25))


class HoldsALongerAndLongerList(Holds):
    def value(self) -> Any:
        return [self.n] * self.n


class HoldsAnObject(Holds):
    storages = ("copy.deepcopy", "pickle")

    def value(self) -> Any:
        return [random.Random(self.n), re.compile(str(self.n))]


SOUND = [Counts, RunsAGenerator, HoldsALongerAndLongerList, HoldsAnObject]


@pytest.mark.parametrize("cls", SOUND)
def test_sound_class_is_accepted(cls: type[Counts]) -> None:
    assert failures(case(cls)) == {}


def test_view_is_accepted_if_it_is_declared() -> None:
    view = Case(IsAView, IsAView.step, storages=PLAIN, view=True)
    assert failures(view) == {}


@pytest.mark.parametrize("source", PAGE_CASES)
def test_class_that_is_shown_resumes(source: str, tmp_path: Path) -> None:
    check_classes_shown(source, PAGE_CASES[source], tmp_path)


# How values are compared


class Box:
    def __init__(self, content: Any) -> None:
        self.content = content


EQUAL = [
    (math.nan, math.inf - math.inf),
    (["ab"] * 2, ["ab", "".join("ab")]),
    ({"a": 1, "b": print}, {"b": print, "a": 1}),
    ({0, 8}, {8, 0}),  # which are kept in the order in which they came
    (frozenset([0, 8]), frozenset([8, 0])),
    (Box(Box([1])), Box(Box([1]))),
    (random.Random(1), random.Random(1)),
    (re.compile("a"), re.compile("a")),
    (deque([Box(1)], 3), deque([Box(1)], 3)),
]
DIFFERENT = [
    ([1], (1,)),
    (1, True),
    (200, HTTPStatus.OK),
    (1, "1"),
    ({"a": 1}, OrderedDict(a=1)),
    (Box(Box([1])), Box(Box([2]))),
    (deque([1], 3), deque([1], 4)),
    (re.compile("a"), re.compile("b")),
]


def test_texts_are_equal_if_values_and_their_types_are() -> None:
    for one, other in EQUAL:
        assert resuming.text([one]) == resuming.text([other]), one
    for one, other in DIFFERENT:
        assert resuming.text([one]) != resuming.text([other]), one
