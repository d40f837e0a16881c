"""Does it resume? Tests to copy next to your own, for pytest: list your classes in `CASES`."""

import copy
import itertools
import json
import pickle
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from stateful import Stateful

STORAGES: dict[str, Callable[[Stateful, Stateful], None]] = {
    "copy.deepcopy": lambda one, two: two.load_state_dict(copy.deepcopy(one.state_dict())),
    "pickle": lambda one, two: two.load_state_dict(pickle.loads(pickle.dumps(one.state_dict()))),
    "JSON": lambda one, two: two.load_state_dict(json.loads(json.dumps(one.state_dict()))),
}

STEPS = 12  # that follow a snapshot, and are compared
MOMENTS = range(13)  # after how many steps snapshots are taken: from fresh to a dozen


@dataclass
class Case:
    """How to make a fresh object, and a step that returns what can be seen of it."""

    make: Callable[[], Any]
    step: Callable[[Any], object]
    misfits: Sequence[dict[str, Any]] = ()  # beside those in which a key is missing
    storages: Collection[str] = field(default_factory=STORAGES.keys)
    view: bool = False  # whether a snapshot may change with the object

    def advanced(self, steps: int) -> Any:
        value = self.make()
        self.outputs(value, steps)
        return value

    def loaded(self, snapshot: dict[str, Any]) -> Any:
        value = self.make()
        value.load_state_dict(snapshot)
        return value

    def outputs(self, value: Any, steps: int = STEPS) -> list[str]:
        return [text(self.step(value)) for _ in range(steps)]

    def check(self, value: Any, steps: int, advice: str) -> None:
        assert self.outputs(value) == self.outputs(self.advanced(steps)), advice


class Countdown:  # an example: replace it by your own class
    remaining = 10

    def next(self) -> int:
        self.remaining -= 1
        return self.remaining

    def state_dict(self) -> dict[str, Any]:
        return {"remaining": self.remaining}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.remaining = state_dict["remaining"]


CASES = {"Countdown": Case(Countdown, Countdown.next)}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


def test_steps_show_the_state(case: Case) -> None:
    case.check(case.make(), 0, "objects made alike differ: seed them, and return plain values")
    fresh = case.outputs(case.make())
    advice = "the steps do not show the state: return more of it, and make epochs shorter"
    assert any(case.outputs(case.advanced(steps)) != fresh for steps in MOMENTS), advice


def test_fresh_object_continues_as_the_original(case: Case) -> None:
    for steps in MOMENTS:
        restored = case.loaded(case.advanced(steps).state_dict())
        case.check(restored, steps, "state is lost: return it from state_dict, and load it")


def test_used_object_continues_as_the_original(case: Case) -> None:
    reused = case.make()
    for steps in MOMENTS:
        for used in (reused, *map(case.advanced, (5, STEPS, STEPS + 1))):
            used.state_dict()  # a loader may ask first, for the keys
            used.load_state_dict(case.advanced(steps).state_dict())
            case.check(used, steps, "old state is left: replace all of it in load_state_dict")


def test_restored_object_can_be_saved_again(case: Case) -> None:
    for steps in MOMENTS:
        second = case.loaded(case.advanced(steps).state_dict())
        third = case.loaded(second.state_dict())  # at once, before a step
        case.outputs(third, 5)
        fourth = case.loaded(third.state_dict())
        case.check(fourth, steps + 5, "a restored object does not resume: save the whole state")


def test_taking_snapshots_changes_nothing(case: Case) -> None:
    for steps in MOMENTS:
        asked = case.make()
        for _ in range(steps):
            asked.state_dict().clear()
            case.step(asked)
        asked.state_dict().clear()
        later = copy.deepcopy(asked.state_dict())
        case.check(asked, steps, "state_dict changes the object: return a new dictionary")
        case.check(case.loaded(later), steps, "a later snapshot lacks state: return all of it")


def test_snapshot_stays_while_the_object_moves_on(case: Case) -> None:
    if case.view:
        pytest.skip("the snapshot is declared to be a view")
    for steps, moves in itertools.product(MOMENTS, (0, STEPS + 1)):  # circles close after STEPS
        original = case.advanced(steps)
        snapshot = original.state_dict()
        case.outputs(original, moves)
        original.state_dict()
        original.load_state_dict(case.make().state_dict())
        case.check(case.loaded(snapshot), steps, "the snapshot changes: copy, or declare a view")


def test_dictionary_stays_the_callers(case: Case) -> None:
    for steps in MOMENTS:
        snapshot = case.advanced(steps).state_dict()
        first = case.loaded(snapshot)
        case.outputs(first, STEPS + 1)
        first.load_state_dict(case.make().state_dict())
        case.check(case.loaded(snapshot), steps, "the caller's dictionary changes: copy it")


def test_fresh_object_has_every_key(case: Case) -> None:
    fresh = dict(without_a_key(case.make().state_dict())).keys()
    for steps in MOMENTS:
        changed = fresh ^ dict(without_a_key(case.advanced(steps).state_dict())).keys()
        assert not changed, f"{changed} come or go: have all keys from the start, or save pairs"


def test_snapshot_survives_every_storage(case: Case) -> None:
    for name in case.storages:
        for steps in MOMENTS:
            restored = case.make()
            STORAGES[name](case.advanced(steps), restored)
            case.check(restored, steps, f"state is lost through {name}: use values that it keeps")


def test_misfit_raises_and_changes_nothing(case: Case) -> None:
    misfits = {f"misfits[{i}]": misfit for i, misfit in enumerate(case.misfits)}
    misfits |= {
        f"one without {k}": rest for k, rest in without_a_key(case.advanced(7).state_dict())
    }
    for name, steps in itertools.product(misfits, (0, 5)):
        value = case.advanced(steps)
        with suppress(Exception):
            value.load_state_dict(copy.deepcopy(misfits[name]))
            pytest.fail(f"{name} is accepted: raise")
        if "." not in name:  # a part, such as a module of PyTorch, may be half loaded
            case.check(value, steps, f"{name} is half loaded: check before you assign")


def without_a_key(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield each key at any level, such as `optimizer.lr`, and what is left without it."""
    if issubclass(type(value), dict):
        for key in value:
            yield key, {other: value[other] for other in value if other != key}
            for inner, rest in without_a_key(value[key]):
                yield f"{key}.{inner}", {**value, key: rest}
    if issubclass(type(value), list):
        for index, item in enumerate(value):
            for inner, rest in without_a_key(item):
                yield f"{index}.{inner}", [*value[:index], rest, *value[index + 1 :]]


def text(value: Any) -> str:
    """Return a text that is equal if values and their types are, whatever the order of keys."""
    if hasattr(value, "dtype"):
        return f"{value.dtype} {text(value.tolist())}"
    if issubclass(type(value), (list, tuple)):
        return f"{type(value).__name__}({', '.join(map(text, value))})"
    if issubclass(type(value), (dict, set, frozenset)):
        items = value.items() if issubclass(type(value), dict) else value
        return f"{type(value).__name__}({', '.join(sorted(map(text, items)))})"
    return repr(value)
