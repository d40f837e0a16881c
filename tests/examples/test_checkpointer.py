"""The example `docs/examples/checkpointer.py`: what is saved without an error can be restored."""

import copy
import json
import math
import re
import threading
from collections import OrderedDict, UserDict, defaultdict
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import MagicMock

import pytest
from checkpointer import (
    CheckpointError,
    Group,
    read,
    read_newest,
    restore,
    snapshot,
    write,
    write_generation,
)

from tests.classes import Counter, Interrupted, Keeper, View


class Pair(NamedTuple):
    left: Any
    right: Any


class OwnTuple(tuple[Any, ...]):
    def __new__(cls, *items: Any) -> Any:
        return super().__new__(cls, items)


class OwnList(list[Any]):
    def __init__(self, *items: Any) -> None:
        super().__init__(items)
        self.lock = threading.Lock()


class Attributes(dict[str, Any]):
    def __init__(self, **items: Any) -> None:
        super().__init__(items)
        self.__dict__ = self


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ("\N{CHECK MARK}" * 80)  # names have 255 bytes at most, and this has 240


# What a run may hold

VALUES: Any = [
    None,
    0.5,
    math.nan,
    True,
    [1, [2]],
    {"b": {}, "a": "\ud800"},
    Pair(1, 2),
    HTTPStatus.OK,
]


@pytest.mark.parametrize("value", [*VALUES, OrderedDict(a=1)])
@pytest.mark.parametrize("fresh", [None, 0.25, {"b": 1}, (1, 2), Counter])
def test_plain_value_is_replaced_whatever_it_was(value: object, fresh: object, path: Path) -> None:
    write(path, snapshot({"value": value}))
    run = {"value": fresh}
    restore(run, read(path))
    assert repr(run["value"]) == repr(json.loads(json.dumps(value)))


def containers(number: int) -> list[Any]:
    """Return containers of a counter and a number, with the counter first."""
    values: list[Any] = [Counter(number), number]
    named = {"counter": Counter(number), "number": number}
    own = [Pair(*values), OwnTuple(*values), OwnList(*values), Attributes(**named)]
    return [named, values, tuple(values), *own, defaultdict(list, named), {"deep": [[values]]}]


@pytest.mark.parametrize("position", range(len(containers(0))))
def test_container_of_objects_is_plain_when_saved_and_filled_in_place(
    position: int, path: Path
) -> None:
    saved = snapshot({"container": containers(5)[position]})
    assert {type(saved["container"])} < {dict, list}
    write(path, saved)
    fresh = containers(0)[position]
    run = {"container": fresh}
    restore(run, read(path))
    assert snapshot(run) == saved
    assert type(run["container"]) is type(fresh)
    assert isinstance(fresh, tuple) or run["container"] is fresh
    if isinstance(fresh, Attributes):
        assert vars(fresh)["number"] == 5


class Asked(Counter):
    __hash__ = None  # type: ignore[assignment]

    def state_dict(self) -> dict[str, Any]:
        self.count += 1
        return super().state_dict()


def test_object_at_two_places_is_asked_once_and_has_one_state(path: Path) -> None:
    asked = Asked()
    run: dict[str, object] = {"one": asked, "two": [asked]}
    assert snapshot(run) == {"one": {"count": 1}, "two": [{"count": 1}]}
    write(path, {"one": {"count": math.nan}, "two": [{"count": math.nan}]})
    restore(run, read(path))
    assert math.isnan(asked.count)
    ambiguous: Any = MagicMock()
    ambiguous.__eq__.side_effect = ValueError  # as of arrays
    for one, two in ((2, 3), (ambiguous, 2)):
        with pytest.raises(CheckpointError, match=r"^run.two.0, the same object as run.one: Value"):
            restore(run, {"one": {"count": one}, "two": [{"count": two}]})


def test_snapshot_shares_what_two_states_share_and_nothing_with_the_run() -> None:
    one, two = View(), View()
    two.values = one.values
    shared = snapshot({"one": one, "two": two})
    assert shared["one"]["values"] is shared["two"]["values"] is not one.values
    run: dict[str, Any] = {"view": View(), "one": Keeper(), "two": Keeper(), "plain": [[0]]}
    run["class"] = Counter
    saved = snapshot(run)
    saved["two"] = saved["one"]  # a new part begins with the state of another
    expected = copy.deepcopy(saved)
    run["plain"][0][0] = 9
    for _ in range(2):
        restore(run, saved)
        for values in (run["view"].values, run["one"].values, run["two"].values, run["plain"][0]):
            values[0] += 1
            assert values == [1]
        assert saved == expected


# What does not fit, and interruptions


class OddError(ValueError):
    def __str__(self) -> str:
        raise LookupError


class Even(Counter):
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        if state_dict["count"] % 2:
            raise OddError
        super().load_state_dict(state_dict)


def new_run() -> dict[str, Any]:
    return {"step": 0, "parts": [View(), Interrupted(), Group(a=[Even(2)]), Counter()]}


START, FIVE, FOUR, ODD = {"values": [0]}, {"values": [5]}, {"a": [{"count": 4}]}, {"count": 3}
MISFITS: list[tuple[Any, str]] = [
    ([FIVE], r"run.parts: only the run has \[1, 2, 3\], only the checkpoint \[\]"),
    ([START, START, FOUR, ODD, ODD], r"run.parts: .* \[\], only the checkpoint \[4\]"),
    ({"a": 1}, r"run.parts: only the run has \[0, 1, 2, 3\], only the checkpoint \['a'\]"),
    ([[5], START, FOUR, ODD], "run.parts.0: it is a list, not a dict"),
    ([FIVE, FIVE, FOUR, ODD], "run.parts.1: KeyboardInterrupt"),
    ([FIVE, START, {"a": [ODD]}, ODD], "run.parts.2.a.0: .*OddError: .*"),
    ([FIVE, START, FOUR, {}], "run.parts.3: KeyError: 'count'"),
]


@pytest.mark.parametrize(("parts", "text"), MISFITS)
def test_misfit_is_named_and_changes_nothing(parts: object, text: str) -> None:
    run = new_run()
    with pytest.raises((CheckpointError, KeyboardInterrupt)) as raised:
        restore(run, {"step": 5, "parts": parts})
    assert isinstance(raised.value, KeyboardInterrupt) is ("Interrupt" in text)
    error = raised.value.__cause__ if "Interrupt" in text else raised.value
    assert re.fullmatch(text, str(error))
    assert snapshot(run) == snapshot(new_run())


def test_error_about_many_keys_is_short() -> None:
    run: dict[str, object] = {"parts": [Counter() for _ in range(10_000)]}
    with pytest.raises(CheckpointError, match=r"^.{1,99}$"):
        restore(run, {"parts": []})


@pytest.mark.parametrize("wrong", [UserDict(a=1), []])
@pytest.mark.parametrize(
    "call",
    [
        snapshot,
        lambda wrong: restore(wrong, {}),
        lambda wrong: restore({}, wrong),
        lambda wrong: write(Path("never"), wrong),
    ],
)
def test_run_and_what_was_saved_are_dictionaries(wrong: Any, call: Any) -> None:
    with pytest.raises(CheckpointError, match=r"^run: it is a \w+, not a dict$"):
        call(wrong)


class InterruptedRun(dict[str, object]):
    def __setitem__(self, key: str, value: object) -> None:
        super().__setitem__(key, value)
        if value == 5:
            raise KeyboardInterrupt


def test_interrupted_run_of_plain_values_goes_back() -> None:
    run = InterruptedRun(first=0, step=0, last=Counter())
    with pytest.raises(KeyboardInterrupt) as raised:
        restore(run, {"first": 1, "step": 5, "last": {"count": 1}})
    assert str(raised.value.__cause__) == "run: KeyboardInterrupt"
    assert snapshot(run) == {"first": 0, "step": 0, "last": {"count": 0}}


def test_others_go_back_if_some_refuse_to() -> None:
    one, two, three, four = View(), Interrupted(), Even(3), Counter()
    two.values = [1]  # which it will not load again
    run: dict[str, Any] = {"step": 0, "parts": [one, two, three, four]}
    with pytest.raises(KeyboardInterrupt) as raised:
        restore(run, {"step": 5, "parts": [FIVE, START, {"count": 4}, {}]})
    refusals = r"going back: run.parts.1: KeyboardInterrupt; going back: run.parts.2: .*OddError"
    assert re.match(rf"run.parts.3: KeyError: 'count'; {refusals}", str(raised.value.__cause__))
    assert [one.values, four.count, run["step"]] == [[0], 0, 0]


# Files


class ListState(Counter):
    def state_dict(self) -> Any:
        return [1]


def holder(get: Any) -> Any:
    counter = Counter()
    vars(counter)["state_dict"] = lambda: {"value": get()}
    return counter


UNSAVABLE: list[tuple[Any, str]] = [
    (defaultdict(int, {1: 2}), "run.a: the key 1 is not a string"),
    ([Counter(), Path("a")], "run.a.1: JSON has no type for a (Posix|Windows)Path"),
    ([10**5000], "run: ValueError: Exceeds the limit"),
    (threading.Lock(), "run.a: TypeError: "),
    (Group(b=[holder(threading.Lock)]), "run.a.b.0: TypeError: "),
    ([holder(lambda: 1 // 0)], "run.a.0: ZeroDivisionError: "),
    ([ListState()], "run.a.0: it is a list, not a dict"),
    ([holder(set)], "run.a.0.value: JSON has no type for a set"),
]


@pytest.mark.parametrize(("value", "text"), UNSAVABLE)
def test_what_cannot_be_saved_is_named_and_leaves_the_file(
    value: object, text: str, path: Path
) -> None:
    write(path, {"a": 1})
    with pytest.raises(CheckpointError, match=f"^{text}"):
        write(path, snapshot({"a": value}))
    assert [read(path), list(path.parent.iterdir())] == [{"a": 1}, [path]]


@pytest.mark.parametrize("part", [Counter(1), 1])
def test_however_deep_what_is_saved_is_restored(part: Any, path: Path) -> None:
    value, fresh, depth = part, copy.copy(part), 0
    with pytest.raises(CheckpointError, match=r"^run.*RecursionError"):
        while depth < 10_000:
            write(path, snapshot({"a": value}))
            restore({"a": fresh}, read(path))
            value, fresh, depth = [[[[[value]]]]], [[[[[fresh]]]]], depth + 5
    assert depth > 200


DAMAGED = [b"", b'{"a": [1', bytes(range(256)), b"[" * 100_000, b"[1]", b'{"a": ' + b"1" * 5000]


@pytest.mark.parametrize("contents", DAMAGED, ids=len)
def test_damaged_file_is_refused_in_one_line(contents: bytes, path: Path) -> None:
    path.write_bytes(contents)
    with pytest.raises(CheckpointError, match=r": it is .*$"):
        read(path)
    assert path.read_bytes() == contents


def test_full_disk_leaves_the_file_before(path: Path) -> None:
    resource = pytest.importorskip("resource", reason="no limit on the size of files")
    write(path, {"a": 1})
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            write(path, {"a": "b" * 2000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [read(path), list(path.parent.iterdir())] == [{"a": 1}, [path]]


def test_threads_that_write_at_once_leave_whole_files(path: Path) -> None:
    versions = [{"a": [number] * 1000} for number in range(4)]
    write(path, versions[0])
    with ThreadPoolExecutor(4) as threads:
        writing = [threads.submit(write, path, version) for version in versions * 20]
        while not all(future.done() for future in writing):
            assert read(path) in versions
    assert [future.result() for future in writing] == [None] * 80
    assert list(path.parent.iterdir()) == [path]


def test_generations_have_names_of_their_own(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "made" / "by" / "it"
    assert read_newest(folder) is None
    for step in range(9):
        write_generation(folder, {"step": step}, keep=4)
    others = ["save-best_ever.json", "save-000000099_backup.json", "save-100.json"]
    for name in others:
        (folder / name).touch()
    write_generation(folder, {"step": 9})
    files = [folder / f"save-{number:09}.json" for number in (8, 9, 10)]
    assert {*folder.iterdir()} == {*files, *(folder / name for name in others)}
    files[2].write_text('{"step":', encoding="utf-8")
    assert read_newest(folder) == {"step": 8}
    assert files[2].name in caplog.text
    for file in files:
        file.write_text("", encoding="utf-8")
    with pytest.raises(CheckpointError, match="no checkpoint is whole"):
        read_newest(folder)
