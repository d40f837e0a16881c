"""Does it resume? Tests to copy next to your own, for pytest.

List your classes in `CASES`: how to make a fresh object, and a step that advances it and returns
what one can see of it. Every test then runs for each.
"""

from __future__ import annotations

import copy
import importlib
import importlib.util
import io
import json
import pickle
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Generic, cast

import pytest

from stateful import Stateful, StatefulT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence


def copied(source: Stateful, target: Stateful) -> None:
    target.load_state_dict(copy.deepcopy(source.state_dict()))


def pickled(source: Stateful, target: Stateful) -> None:
    target.load_state_dict(pickle.loads(pickle.dumps(source.state_dict())))


def as_json(source: Stateful, target: Stateful) -> None:
    target.load_state_dict(json.loads(json.dumps(source.state_dict())))


def saved_by_torch(source: Stateful, target: Stateful) -> None:
    torch = importlib.import_module("torch")
    file = io.BytesIO()
    torch.save(source.state_dict(), file)
    file.seek(0)
    target.load_state_dict(torch.load(file, weights_only=True))


def distributed_checkpoint(source: Stateful, target: Stateful) -> None:
    checkpoint = importlib.import_module("torch.distributed.checkpoint")
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about there being one process only
        checkpoint.save({"object": source}, checkpoint_id=folder)
        try:
            checkpoint.load({"object": target}, checkpoint_id=folder)
        except checkpoint.CheckpointException as error:  # which is no Exception
            raise RuntimeError(str(error)) from error


STORAGES = {
    "copy.deepcopy": copied,
    "pickle": pickled,
    "JSON": as_json,
    **(
        {"torch.save": saved_by_torch, "torch.distributed.checkpoint": distributed_checkpoint}
        if importlib.util.find_spec("torch")
        else {}
    ),
}


@dataclass
class Case(Generic[StatefulT]):
    """A class whose objects should resume.

    Attributes:
        make: Makes a fresh object, always in the same way.
        step: Advances an object, which 20 steps must allow, and returns what can be seen of it:
            what JSON can write, arrays or tensors.
        misfits: Snapshots that do not fit, beside those in which a key is missing.
        storages: Those of `STORAGES` that are used.
        view: Whether the snapshot may hold the object's own values, and change with them.
    """

    make: Callable[[], StatefulT]
    step: Callable[[StatefulT], object]
    misfits: Sequence[dict[str, Any]] = ()
    storages: Collection[str] = tuple(STORAGES)
    view: bool = False

    def advanced(self, steps: int = 3) -> StatefulT:
        value = self.make()
        for _ in range(steps):
            self.step(value)
        return value

    def course(self, value: StatefulT) -> list[str]:
        """Return what can be seen of the object's next steps."""
        return [comparable(self.step(value)) for _ in range(5)]


class Countdown:
    """An example. Replace it by your own class."""

    def __init__(self, start: int) -> None:
        self.remaining = start

    def next(self) -> int:
        self.remaining -= 1
        return self.remaining

    def state_dict(self) -> dict[str, Any]:
        return {"remaining": self.remaining}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.remaining = state_dict["remaining"]


CASES: dict[str, Case[Any]] = {
    "Countdown": Case(lambda: Countdown(10), Countdown.next),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case[Any]:
    return CASES[request.param]


def test_steps_show_the_state(case: Case[Any]) -> None:
    message = "the steps do not show the state: let step return more, or leave the class out"
    assert case.course(case.make()) != case.course(case.advanced()), message


def test_fresh_object_continues_as_the_original(case: Case[Any]) -> None:
    original, restored = case.advanced(), case.make()
    copied(original, restored)
    message = "state is lost: return all that determines the next steps from state_dict"
    assert case.course(restored) == case.course(original), message


def test_used_object_continues_as_the_original(case: Case[Any]) -> None:
    original, restored = case.advanced(), case.advanced(steps=7)
    copied(original, restored)
    message = "state of its own is left: replace all of it in load_state_dict"
    assert case.course(restored) == case.course(original), message


def test_restored_object_can_be_saved_again(case: Case[Any]) -> None:
    original, restored = case.advanced(), case.make()
    copied(original, restored)
    message = "a restored object does not resume again: return the whole state from state_dict"
    for steps in range(2):
        for _ in range(steps):
            case.step(original)
            case.step(restored)
        third = case.make()
        copied(restored, third)
        assert case.course(third) == case.course(copy.deepcopy(original)), message


def test_object_can_be_restored_again(case: Case[Any]) -> None:
    original, restored = case.advanced(), case.make()
    copied(original, restored)
    case.course(restored)
    copied(original, restored)
    message = "an object cannot be restored twice: replace all of its state in load_state_dict"
    assert case.course(restored) == case.course(original), message


def test_taking_a_snapshot_changes_nothing(case: Case[Any]) -> None:
    asked, other = case.advanced(), case.advanced()
    asked.state_dict()
    message = "state_dict changes the object: only read in it"
    assert case.course(asked) == case.course(other), message


def test_snapshot_stays_while_the_object_moves_on(case: Case[Any]) -> None:
    if case.view:
        pytest.skip("the snapshot is declared to be a view")
    original = case.advanced()
    snapshot = original.state_dict()
    before = copy.deepcopy(snapshot)
    case.course(original)
    message = "the snapshot changes with the object: copy in state_dict, or declare a view"
    assert comparable(snapshot) == comparable(before), message


def test_dictionary_stays_the_callers(case: Case[Any]) -> None:
    snapshot = copy.deepcopy(case.advanced().state_dict())
    before, restored = copy.deepcopy(snapshot), case.make()
    restored.load_state_dict(snapshot)
    case.course(restored)
    message = "the caller's dictionary changes: copy what you keep in load_state_dict"
    assert comparable(snapshot) == comparable(before), message


def test_fresh_object_has_every_key(case: Case[Any]) -> None:
    fresh, advanced = structure(case.make().state_dict()), structure(case.advanced().state_dict())
    message = "a loader that asks a fresh object for its keys misses some: have all from the start"
    assert fresh == advanced, message


def test_snapshot_survives_every_storage(case: Case[Any]) -> None:
    for storage in case.storages:
        original, restored = case.advanced(), case.make()
        message = f"state is lost through {storage}: use values that it keeps"
        try:
            STORAGES[storage](original, restored)
            course = case.course(restored)
        except Exception as error:
            raise AssertionError(message) from error
        assert course == case.course(original), message


def test_misfit_raises_and_changes_nothing(case: Case[Any]) -> None:
    snapshot = case.advanced(steps=7).state_dict()
    for misfit in [*incomplete(snapshot), *case.misfits]:
        value = case.advanced()
        message = f"{misfit} is accepted: raise an error in load_state_dict"
        assert raises(value, copy.deepcopy(misfit)), message
        message = f"{misfit} changes the object: check before you assign in load_state_dict"
        assert case.course(value) == case.course(case.advanced()), message


def incomplete(snapshot: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what is left of a snapshot without one of its keys, at any level."""
    for key, value in snapshot.items():
        yield {other: snapshot[other] for other in snapshot if other != key}
        if isinstance(value, Mapping):
            for inner in incomplete(cast("Mapping[str, Any]", value)):
                yield {**snapshot, key: inner}


def raises(value: Stateful, snapshot: dict[str, Any]) -> bool:
    try:
        value.load_state_dict(snapshot)
    except Exception:
        return True
    return False


def comparable(value: object) -> str:
    """Return a text that is equal if all values are: of tensors and other objects too."""

    def plain(item: Any) -> object:
        if isinstance(item, (set, frozenset)):
            return sorted(map(comparable, cast("set[object]", item)))
        return item.tolist() if hasattr(item, "tolist") else pickle.dumps(item).hex()

    return json.dumps(value, default=plain)


def structure(value: object) -> object:
    """Return what a loader that reads in place relies on: keys, and the shapes of arrays."""
    if isinstance(value, Mapping):
        items = cast("Mapping[Any, object]", value)
        assert all(isinstance(key, str) for key in items), "a key is no string: use strings"
        return {key: structure(item) for key, item in items.items()}
    if isinstance(value, list):
        found = [structure(item) for item in cast("list[object]", value)]
        return found if any(found) else None  # plain values are read as one
    return getattr(value, "shape", None)
