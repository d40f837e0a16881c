"""The tests to copy: each catches a class that is broken in its way, and accepts those shown."""

from __future__ import annotations

import contextlib
import copy
import random
from importlib import import_module
from inspect import isabstract
from itertools import product
from pathlib import Path
from typing import Any, Callable

import pytest
from typing_extensions import is_protocol

from docs.examples import test_resuming as resuming
from docs.examples.test_resuming import Case
from stateful import Stateful
from tests.pages import code_blocks
from tests.suite import Suite

Check = Callable[[Case[Any]], None]

CHECKS: dict[str, Check] = {
    name: check for name, check in vars(resuming).items() if name.startswith("test_")
}


# Broken on purpose.


class Pair:
    """Two lists of equal length, of which the tests use what they need."""

    def __init__(self) -> None:
        self.first = [0]
        self.second = [0]

    def step(self) -> list[int]:
        self.first[0] += 1
        self.second[0] += 2
        return self.first + self.second

    def state_dict(self) -> dict[str, Any]:
        return {"first": list(self.first), "second": list(self.second)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        first, second = list(state_dict["first"]), list(state_dict["second"])
        self.first, self.second = first, second


class StepsShowNothing(Pair):
    def step(self) -> list[int]:
        super().step()
        return []


class LeavesOut(Pair):
    def state_dict(self) -> dict[str, Any]:
        return {"first": list(self.first)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.first = list(state_dict["first"])


class KeepsItsOwn(Pair):
    """Right in a fresh object only."""

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        first, second = state_dict["first"], state_dict["second"]
        self.first = [max(self.first[0], first[0])]
        self.second = [max(self.second[0], second[0])]


class ResumesOnce(Pair):
    """It saves what it has done since it was restored."""

    def __init__(self) -> None:
        super().__init__()
        self.restored = [0, 0]

    def step(self) -> list[int]:
        first, second = super().step()
        return [first + self.restored[0], second + self.restored[1]]

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.restored = [state_dict["first"][0], state_dict["second"][0]]
        self.first, self.second = [0], [0]


class LoadsOnce(Pair):
    done = False

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        if not self.done:
            super().load_state_dict(state_dict)
        self.done = True


class AcceptsNested(Pair):
    def state_dict(self) -> dict[str, Any]:
        return {"inner": super().state_dict()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        inner = {"first": self.first, "second": self.second, **state_dict["inner"]}
        super().load_state_dict(inner)


class ChangesOnAsking(Pair):
    def state_dict(self) -> dict[str, Any]:
        self.first[0] += 1
        return super().state_dict()


class IsView(Pair):
    def state_dict(self) -> dict[str, Any]:
        return {"first": self.first, "second": self.second}


class KeepsTheCallers(Pair):
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.first, self.second = state_dict["first"], state_dict["second"]


class EmptiesTheCallers(Pair):
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict(state_dict)
        state_dict.clear()


class GrowsKeys(Pair):
    def state_dict(self) -> dict[str, Any]:
        return {"nested": super().state_dict() if self.first[0] else {}}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict(state_dict["nested"])


class TurnsIntoDict(GrowsKeys):
    def state_dict(self) -> dict[str, Any]:
        return {"nested": super().state_dict()["nested"] or None}


class GrowsDicts(Pair):
    def state_dict(self) -> dict[str, Any]:
        return {"list": [super().state_dict()] if self.first[0] else []}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict(state_dict["list"][0])


class HasIntegerKeys(Pair):
    def state_dict(self) -> dict[str, Any]:
        return {"pair": {0: list(self.first), 1: list(self.second)}}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict({"first": state_dict["pair"][0], "second": state_dict["pair"][1]})


class NeedsTuples(Pair):
    """JSON turns them into lists."""

    def state_dict(self) -> dict[str, Any]:
        return {"first": tuple(self.first), "second": tuple(self.second)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        if not isinstance(state_dict["first"], tuple):
            raise TypeError
        super().load_state_dict(state_dict)


class AcceptsAnything(Pair):
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.first = list(state_dict.get("first", self.first))
        self.second = list(state_dict.get("second", self.second))


class AssignsBeforeItChecks(Pair):
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.first = list(state_dict["first"])
        self.second = list(state_dict["second"])


CAUGHT_BY: dict[str, list[type[Pair]]] = {
    "test_steps_show_the_state": [StepsShowNothing],
    "test_fresh_object_continues_as_the_original": [LeavesOut],
    "test_used_object_continues_as_the_original": [KeepsItsOwn],
    "test_restored_object_can_be_saved_again": [ResumesOnce],
    "test_object_can_be_restored_again": [LoadsOnce],
    "test_taking_a_snapshot_changes_nothing": [ChangesOnAsking],
    "test_snapshot_stays_while_the_object_moves_on": [IsView],
    "test_dictionary_stays_the_callers": [KeepsTheCallers, EmptiesTheCallers],
    "test_fresh_object_has_every_key": [GrowsKeys, TurnsIntoDict, GrowsDicts, HasIntegerKeys],
    "test_snapshot_survives_every_storage": [NeedsTuples, HasIntegerKeys],
    "test_misfit_raises_and_changes_nothing": [
        AcceptsAnything,
        AcceptsNested,
        AssignsBeforeItChecks,
    ],
}


@pytest.mark.parametrize(
    ("name", "broken"),
    [(name, cls) for name, classes in CAUGHT_BY.items() for cls in classes],
)
def test_broken_class_is_caught_and_told_what_to_do(name: str, broken: type[Pair]) -> None:
    with pytest.raises(AssertionError, match=r"^[^\n]+: [^\n]+") as failure:
        CHECKS[name](Case(broken, broken.step))
    assert "assert" not in str(failure.value).splitlines()[0]


def test_every_check_has_a_class_that_it_catches() -> None:
    assert CAUGHT_BY.keys() == CHECKS.keys()


@pytest.mark.parametrize("name", CHECKS)
def test_check_is_explained(name: str) -> None:
    assert f"\n| `{name}` | " in code_blocks.text("docs/resuming.md")


@pytest.mark.parametrize("name", CHECKS)
def test_sound_class_is_accepted(name: str) -> None:
    CHECKS[name](Case(Pair, Pair.step, misfits=[{"first": 3, "second": 4}]))


class HoldsGenerator(Pair):
    """Its snapshot holds an object that is shown by its address."""

    def __init__(self) -> None:
        super().__init__()
        self.generator = random.Random(0)

    def step(self) -> list[int]:
        return [*super().step(), self.generator.randrange(1000)]

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "generator": copy.deepcopy(self.generator)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        generator = copy.deepcopy(state_dict["generator"])
        super().load_state_dict(state_dict)
        self.generator = generator


@pytest.mark.parametrize("name", CHECKS)
def test_sound_class_with_an_object_in_its_snapshot_is_accepted(name: str) -> None:
    CHECKS[name](Case(HoldsGenerator, HoldsGenerator.step, storages=["copy.deepcopy", "pickle"]))


def test_view_is_accepted_where_it_is_declared() -> None:
    with pytest.raises(pytest.skip.Exception):
        CHECKS["test_snapshot_stays_while_the_object_moves_on"](Case(IsView, Pair.step, view=True))


# The classes that pages and examples show.


def test_class_that_is_shown_resumes(suite: Suite, source: str, tmp_path: Path) -> None:
    names = code_blocks.run(source, tmp_path) if ".md" in source else vars(import_module(source))
    shown = {
        name
        for name, value in names.items()
        if isinstance(value, type) and value.__module__ == names["__name__"]
        if issubclass(value, Stateful) and not is_protocol(value) and not isabstract(value)
    }
    cases = {name: make(names) for name, make in suite.cases.get(source, {}).items()}
    assert shown - {"Half"} == cases.keys()  # Half is shown to lose its state
    for case, check in product(cases.values(), CHECKS.values()):
        with contextlib.suppress(pytest.skip.Exception):
            check(case)
