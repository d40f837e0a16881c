"""Does it resume? Tests to copy next to your own, for pytest.

List your classes in `CASES`: how to make a fresh object, and a step that advances it and returns
what one can see of it. Every test then runs for each.
"""

import copy
import copyreg
import importlib.util
import io
import json
import pickle
import tempfile
import warnings
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from numbers import Number
from typing import Any, Generic

import pytest

from stateful import Stateful, StatefulT


def by_deepcopy(source: Stateful, target: Stateful) -> None:
    target.load_state_dict(copy.deepcopy(source.state_dict()))


def by_pickle(source: Stateful, target: Stateful) -> None:
    target.load_state_dict(pickle.loads(pickle.dumps(source.state_dict())))


def by_json(source: Stateful, target: Stateful) -> None:
    target.load_state_dict(json.loads(json.dumps(source.state_dict())))


def by_torch_save(source: Stateful, target: Stateful) -> None:
    torch = importlib.import_module("torch")
    file = io.BytesIO()
    torch.save(source.state_dict(), file)
    file.seek(0)
    target.load_state_dict(torch.load(file, weights_only=True))


def by_distributed_checkpoint(source: Stateful, target: Stateful) -> None:
    checkpoint = importlib.import_module("torch.distributed.checkpoint")
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about there being one process only
        try:
            checkpoint.save({"object": source}, checkpoint_id=folder)
            checkpoint.load({"object": target}, checkpoint_id=folder)
        except checkpoint.CheckpointException as error:  # which is not an Exception
            raise RuntimeError(str(error)) from error


STORAGES = {"copy.deepcopy": by_deepcopy, "pickle": by_pickle, "JSON": by_json}
if importlib.util.find_spec("torch"):
    STORAGES["torch.save"] = by_torch_save
    STORAGES["torch.distributed.checkpoint"] = by_distributed_checkpoint

STEPS = 12  # that follow a snapshot, and are compared
MOMENTS = range(13)  # after how many steps snapshots are taken: from fresh to a dozen


@contextmanager
def advice(line: str) -> Generator[None, None, None]:
    """Give this advice, whatever is raised inside."""
    try:
        yield
    except (Exception, pytest.fail.Exception) as error:  # what pytest.raises raises is no Exception
        raise AssertionError(line) from error


@dataclass
class Case(Generic[StatefulT]):
    """A class whose objects should resume.

    Attributes:
        make: Makes a fresh object, always in the same way.
        step: Advances an object, must work at least 24 times, and returns what can be seen of it.
        misfits: Snapshots that do not fit, beside those in which a key is missing.
        storages: Those of `STORAGES` that are used.
        view: Whether the snapshot may hold the object's own values, and change with them.
    """

    make: Callable[[], StatefulT]
    step: Callable[[StatefulT], object]
    misfits: Sequence[dict[str, Any]] = ()
    storages: Collection[str] = tuple(STORAGES)
    view: bool = False

    def advanced(self, steps: int) -> StatefulT:
        with advice("make raises: let it make a new object, again and again"):
            value = self.make()
        self.outputs(value, steps)
        return value

    def outputs(self, value: StatefulT, steps: int = STEPS) -> list[str]:
        with advice("step fails: let it work at least 24 times, and return what can be compared"):
            return [text(self.step(value)) for _ in range(steps)]

    def snapshot(self, value: StatefulT) -> dict[str, Any]:
        with advice("state_dict fails: return a dictionary that can be copied, at any moment"):
            snapshot = value.state_dict()
            assert isinstance(copy.deepcopy(snapshot), dict)
            text(snapshot)
        return snapshot

    def load(self, value: StatefulT, snapshot: dict[str, Any]) -> None:
        with advice("load_state_dict raises on a good snapshot: accept what state_dict returned"):
            value.load_state_dict(snapshot)

    def moments(self) -> Iterator[tuple[dict[str, Any], list[str]]]:
        """Yield a snapshot from each moment, and the outputs that have to follow it."""
        for steps in MOMENTS:
            expected = self.outputs(self.advanced(steps))
            yield self.snapshot(self.advanced(steps)), expected


class Countdown:  # an example: replace it by your own class
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
    fresh = case.outputs(case.advanced(0))
    message = "objects made alike differ: seed them, and let step return plain values"
    assert case.outputs(case.advanced(0)) == fresh, message
    message = "the steps do not show the state: let step return more, and make epochs shorter"
    assert any(case.outputs(case.advanced(steps)) != fresh for steps in MOMENTS), message


def test_fresh_object_continues_as_the_original(case: Case[Any]) -> None:
    for snapshot, expected in case.moments():
        restored = case.advanced(0)
        case.load(restored, snapshot)
        with advice("state is lost: return it from state_dict, and use it in load_state_dict"):
            assert case.outputs(restored) == expected


def test_used_object_continues_as_the_original(case: Case[Any]) -> None:
    reused = case.advanced(0)
    for snapshot, expected in case.moments():
        for restored in (reused, case.advanced(0), case.advanced(5), case.advanced(12)):
            case.snapshot(restored)  # a loader may ask first, for the keys
            case.load(restored, copy.deepcopy(snapshot))
            with advice("some of the old state is left: replace all of it in load_state_dict"):
                assert case.outputs(restored) == expected


def test_restored_object_can_be_saved_again(case: Case[Any]) -> None:
    for snapshot, expected in case.moments():
        for steps in (0, 5):
            restored, third = case.advanced(0), case.advanced(0)
            case.load(restored, copy.deepcopy(snapshot))
            case.outputs(restored, steps)
            case.load(third, case.snapshot(restored))
            with advice("a restored object does not resume again: save the whole state"):
                assert case.outputs(third, STEPS - steps) == expected[steps:]


def test_taking_a_snapshot_changes_nothing(case: Case[Any]) -> None:
    for steps in MOMENTS:
        expected = case.outputs(case.advanced(steps))
        asked = case.advanced(steps)
        case.snapshot(asked).clear()
        with advice("state_dict changes the object: only read there, and return a new dictionary"):
            assert case.outputs(asked) == expected


def test_every_snapshot_of_one_object_is_whole(case: Case[Any]) -> None:
    for steps in MOMENTS:
        expected = case.outputs(case.advanced(steps))
        asked = case.advanced(0)
        for _ in range(steps):
            case.snapshot(asked)
            case.outputs(asked, 1)
        snapshot = case.snapshot(asked)
        restored = case.advanced(0)
        case.load(restored, snapshot)
        with advice("a later snapshot lacks state: let state_dict return all of it in each call"):
            assert case.outputs(restored) == expected


def test_snapshot_stays_while_the_object_moves_on(case: Case[Any]) -> None:
    if case.view:
        pytest.skip("the snapshot is declared to be a view")
    for steps in MOMENTS:
        for further in (0, STEPS):
            original = case.advanced(steps)
            snapshot = case.snapshot(original)
            before = text(snapshot)
            case.outputs(original, further)
            case.load(original, case.snapshot(case.advanced(0)))
            message = "the snapshot changes with the object: copy in state_dict, or declare a view"
            assert text(snapshot) == before, message


def test_dictionary_stays_the_callers(case: Case[Any]) -> None:
    for snapshot, _ in case.moments():
        restored, before = case.advanced(0), text(snapshot)
        case.load(restored, snapshot)
        case.outputs(restored)
        message = "the caller's dictionary changes: copy what you keep in load_state_dict"
        assert text(snapshot) == before, message


def test_fresh_object_has_every_key(case: Case[Any]) -> None:
    fresh = structure(case.snapshot(case.advanced(0)))
    message = "keys, dtypes or shapes change: have all from the start, or save pairs or one value"
    for snapshot, _ in case.moments():
        assert structure(snapshot) == fresh, message


def test_snapshot_survives_every_storage(case: Case[Any]) -> None:
    for name in case.storages:
        for steps, (_, expected) in enumerate(case.moments()):
            restored, original = case.advanced(0), case.advanced(steps)
            with advice(f"state is lost through {name}: use values that it keeps"):
                STORAGES[name](original, restored)
                assert case.outputs(restored) == expected


def test_misfit_raises_and_changes_nothing(case: Case[Any]) -> None:
    for steps in (0, 5):
        for misfit in copy.deepcopy([*incomplete(case.snapshot(case.advanced(7))), *case.misfits]):
            expected = case.outputs(case.advanced(steps))
            value = case.advanced(steps)
            with advice(f"a misfit is accepted or half loaded: check first, and raise\n{misfit}"):
                with pytest.raises(Exception):
                    value.load_state_dict(misfit)
                assert case.outputs(value) == expected


def incomplete(value: Any) -> Iterator[Any]:
    """Yield what is left of a snapshot without one of its keys, at any level."""
    cls = value.__class__
    if issubclass(cls, dict):
        for key, item in value.items():
            yield {other: value[other] for other in value if other != key}
            for rest in incomplete(item):
                yield {**value, key: rest}
    if cls in (list, tuple):
        for index, item in enumerate(value):
            for rest in incomplete(item):
                yield cls([*value[:index], rest, *value[index + 1 :]])


def text(value: Any) -> str:
    """Return a text that is equal if type and value are, at every level."""
    cls = value.__class__
    if cls in (type(None), bool, int, float, complex, str, bytes):
        return repr(value)
    if issubclass(cls, Mapping):
        parts = sorted(text(item) for item in value.items())
    elif issubclass(cls, (set, frozenset)):
        parts = sorted(text(item) for item in value)
    elif cls in (list, tuple):
        parts = [text(item) for item in value]
    elif hasattr(value, "dtype") and hasattr(value, "tolist"):
        parts = [str(value.dtype), str(tuple(value.shape)), text(value.tolist())]
    else:
        parts = reduced(value)
    return f"{cls.__module__}.{cls.__qualname__}({', '.join(parts)})"


def reduced(value: Any) -> list[str]:
    """Return texts of what pickle would store, and raise what it raises if it cannot."""
    registered: Any = copyreg.dispatch_table.get(value.__class__)
    try:
        _, *state = registered(value) if registered else value.__reduce_ex__(4)
    except TypeError:  # of a function or a class, which pickle knows by its name
        return [str(pickle.dumps(value))]
    return [text(list(part) if hasattr(part, "__next__") else part) for part in state]


def structure(value: Any) -> object:
    """Return what a loader that reads in place relies on: keys, dtypes and shapes."""
    if issubclass(value.__class__, Mapping):
        message = "a key is not a string: use strings, or save a list of pairs"
        assert all(isinstance(key, str) for key in value), message
        return {key: structure(item) for key, item in value.items()}
    if issubclass(value.__class__, list):
        found = [structure(item) for item in value]
        return found if any(found) else None  # plain values are read as one
    is_array = hasattr(value, "shape") and not issubclass(value.__class__, Number)
    return (str(getattr(value, "dtype", "")), tuple(value.shape)) if is_array else None
