"""The example `docs/examples/checkpointer.py`: what is saved without an error can be restored."""

import copy
import json
import math
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from checkpointer import CheckpointError, read, restore, snapshot, write

from tests.classes import Counter, Interrupted, Keeper, View


class Pair(NamedTuple):
    left: Any
    right: Any


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.json"


VALUES: Any = [None, 0, 0.5, math.nan, True, [1, [2]], {"a": {}}, (1, 2), Pair(1, 2), HTTPStatus.OK]


@pytest.mark.parametrize("value", [*VALUES, OrderedDict(a=1)])
@pytest.mark.parametrize("fresh", [None, 0.25, {"b": 1}, (1, 2), Counter])
def test_plain_value_is_replaced_whatever_it_was(value: object, fresh: object, path: Path) -> None:
    write(path, snapshot({"value": value}))
    run = {"value": fresh}
    restore(run, read(path))
    assert repr(run["value"]) == repr(json.loads(json.dumps(value)))


def test_objects_are_loaded_in_place_and_values_beside_them_are_set(path: Path) -> None:
    def new_run(number: int) -> tuple[list[Counter], dict[str, Any]]:
        one, two, three = counters = [Counter(number + i) for i in range(3)]
        return counters, {"list": [one, (two, number)], "named": Pair(three, number)}

    _, saved = new_run(5)
    counters, run = new_run(0)
    write(path, snapshot(saved))
    restore(run, read(path))
    assert [counter.count for counter in counters] == [5, 6, 7]
    assert run["list"] == [counters[0], (counters[1], 5)]
    assert run["named"] == Pair(left=counters[2], right=5)


class Asked(Counter):
    __hash__ = None  # type: ignore[assignment]

    def state_dict(self) -> dict[str, Any]:
        self.count += 1
        return super().state_dict()


def test_object_at_two_places_is_asked_once_and_has_one_state() -> None:
    asked = Asked()
    run: dict[str, object] = {"one": asked, "two": [asked]}
    assert snapshot(run) == {"one": {"count": 1}, "two": [{"count": 1}]}
    restore(run, {"one": {"count": 5}, "two": [{"count": 5}]})
    assert asked.count == 5
    with pytest.raises(CheckpointError, match=r"^run.two.0: run.one is the same"):
        restore(run, {"one": {"count": 2}, "two": [{"count": 3}]})


def test_snapshot_and_run_share_nothing_but_classes() -> None:
    run: dict[str, Any] = {"view": View(), "keeper": Keeper(), "plain": [0], "class": Counter}
    saved = snapshot(run)
    expected = copy.deepcopy(saved)
    for _ in range(2):
        restore(run, saved)
        for values in (run["view"].values, run["keeper"].values, run["plain"]):
            values[0] += 1
        assert saved == expected


class Even(Counter):
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        if state_dict["count"] % 2:
            raise ValueError
        super().load_state_dict(state_dict)


def new_run() -> dict[str, Any]:
    return {"step": 0, "parts": [View(), Interrupted(), Even(2), Counter()]}


START, FIVE, FOUR = {"values": [0]}, {"values": [5]}, {"count": 4}
MISFITS: list[tuple[Any, str]] = [
    ([FIVE], r"run.parts: it has \[0, 1, 2, 3\], and \[0\] were saved"),
    ([[5], START, FOUR, FOUR], "run.parts.0: it is a list, not a dict"),
    ([FIVE, FIVE, FOUR, FOUR], "run.parts.1: KeyboardInterrupt: "),
    ([FIVE, START, {"count": 3}, FOUR], "run.parts.2: ValueError: "),
    ([FIVE, START, FOUR, {}], "run.parts.3: KeyError: 'count'"),
]


@pytest.mark.parametrize(("parts", "message"), MISFITS)
def test_misfit_is_named_and_changes_nothing(parts: object, message: str) -> None:
    run = new_run()
    error = KeyboardInterrupt if "Interrupt" in message else CheckpointError
    with pytest.raises(error, match=f"^{message}$"):
        restore(run, {"step": 5, "parts": parts})
    with pytest.raises(CheckpointError, match=r"^run: it has .*, and \['step'\] were saved$"):
        restore(run, {"step": 5})
    assert snapshot(run) == snapshot(new_run())


class InterruptedRun(dict[str, object]):
    def update(self, values: dict[str, object]) -> None:  # type: ignore[override]
        super().update(values)
        if values["step"] == 5:
            raise KeyboardInterrupt


def test_interrupted_run_of_plain_values_goes_back() -> None:
    run = InterruptedRun(step=0)
    with pytest.raises(KeyboardInterrupt, match=r"^run: KeyboardInterrupt: $"):
        restore(run, {"step": 5})
    assert run == {"step": 0}


def test_others_go_back_if_some_refuse_to() -> None:
    run = new_run()
    run["parts"][1].values, run["parts"][2].count = [1], 3  # which they will not load again
    with pytest.raises(CheckpointError, match=r"parts.1 .*Interrupt: ; .*parts.2 .*Error: "):
        restore(run, {"step": 5, "parts": [FIVE, START, FOUR, {}]})  # the last one does not fit
    assert [run["parts"][0].values, run["parts"][3].count, run["step"]] == [[0], 0, 0]


def test_what_could_not_be_restored_is_not_saved(path: Path) -> None:
    write(path, {"a": 1})
    stateless: Any = Counter()
    stateless.state_dict = lambda: None
    texts = r"^run.a: (the key 1 is not a string|it is a NoneType)|not JSON|Exceeds the limit"
    for value in ({1: 2, "1": 3}, {1}, 10**5000, stateless):
        with pytest.raises((CheckpointError, TypeError, ValueError), match=texts):
            write(path, snapshot({"a": value}))
    assert [read(path), list(path.parent.iterdir())] == [{"a": 1}, [path]]


def test_however_deep_what_is_saved_is_restored(path: Path) -> None:
    value: list[Any] = []
    for _ in range(150):  # which is too deep for CPython
        value = [[[[[value]]]]]
        try:
            write(path, snapshot({"a": value}))
        except (CheckpointError, RecursionError):
            break
        restore({"a": None}, read(path))


DAMAGED = [b"", b'{"a": [1', bytes(range(256)), b"[" * 100_000, b"[1]", b'{"a": ' + b"1" * 5000]


@pytest.mark.parametrize("contents", DAMAGED, ids=len)
def test_damaged_file_is_refused_in_one_line(contents: bytes, path: Path) -> None:
    path.write_bytes(contents)
    with pytest.raises(CheckpointError, match=r"run.json: it is .*$"):
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


def test_file_takes_the_place_of_a_link_and_has_the_usual_mode(path: Path) -> None:
    new = path.with_name("new.json")
    new.touch()
    path.symlink_to(new)
    write(path, {"a": 1})
    assert new.read_bytes() == b""
    assert path.stat().st_mode == new.stat().st_mode
