"""Save a run and restore it. A run is a dictionary of stateful objects and plain values."""

import copy
import json
import logging
import os
import reprlib
import secrets
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeGuard, cast

from stateful import Stateful

SCALARS = {type(None), bool, int, float, str}
PLAIN = {*SCALARS, bytes, dict, list, tuple}
Change = tuple[str, Any, dict[Any, Any]]  # a place, what stands there, what that is to get


class CheckpointError(Exception):
    """A run cannot be saved or restored. The text says where, such as `run.optimizers.1`."""


def text_at(place: str, error: BaseException) -> str:
    if isinstance(error, CheckpointError):  # a group names the place inside it
        return place + str(error).removeprefix("run")
    return f"{place}: {''.join(traceback.format_exception_only(type(error), error)).strip()}"


@contextmanager
def at(place: str) -> Generator[None, None, None]:
    try:
        yield
    except Exception as error:
        raise CheckpointError(text_at(place, error)) from error


def is_part(value: object) -> TypeGuard[Stateful]:
    """Tell whether a value is a stateful object. A class is a plain value."""
    is_plain = type(value) in PLAIN or isinstance(value, type)  # at once: there may be millions
    return not is_plain and isinstance(value, Stateful)


def items(value: object) -> dict[Any, Any]:
    """Return what a dictionary, list or tuple holds, by keys or positions."""
    if isinstance(value, (list, tuple)):
        return dict(enumerate(cast("list[Any]", value)))
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def find_holders(value: object, holders: set[int]) -> bool:
    """Tell whether a value is or holds an object, and note the containers that hold one."""
    if type(value) in SCALARS:
        return False
    if is_part(value):
        return True
    if [item for item in items(value).values() if find_holders(item, holders)]:
        holders.add(id(value))
    return id(value) in holders


def as_dict(value: object, place: str = "run") -> dict[str, Any]:
    if isinstance(value, dict):
        return cast("dict[str, Any]", value)
    raise CheckpointError(f"{place}: it is a {type(value).__name__}, not a dict")


def state_of(part: Stateful, place: str, memo: dict[int, Any]) -> dict[str, Any]:
    with at(place):
        return copy.deepcopy(as_dict(part.state_dict()), memo)


def snapshot(run: dict[str, object]) -> dict[str, Any]:
    """Return a copy of what is to be saved: the states of objects, and plain values."""
    holders = {id(run)}
    states: dict[int, dict[str, Any]] = {}
    memo: dict[int, Any] = {}  # of all copies: what two states share is copied once

    def saved(value: Any, place: str) -> Any:
        if is_part(value):
            if id(value) not in states:  # an object at two places is asked once
                states[id(value)] = state_of(value, place, memo)
            return states[id(value)]
        if id(value) not in holders:
            with at(place):
                return copy.deepcopy(value, memo)
        contents = {key: saved(item, f"{place}.{key}") for key, item in items(value).items()}
        return contents if isinstance(value, dict) else list(contents.values())

    with at("run"):
        find_holders(as_dict(run), holders)
        return as_dict(saved(run, "run"))


def restore(run: dict[str, object], saved: dict[str, Any]) -> None:
    """Bring a run to what was saved. If that fails, or on Ctrl-C, the run stays as it was."""
    holders = {id(run)}
    changes: dict[int, Change] = {}

    def plan(own: Any, new: Any, place: str) -> Any:
        """Return what is to stand at a place. No object is asked yet, and nothing changed."""
        if is_part(own):
            first, _, state = changes.setdefault(id(own), (place, own, as_dict(new, place)))
            with at(f"{place}, the same object as {first}"):
                if state != new:
                    raise ValueError("it has another state")
            return own
        if id(own) not in holders:
            return copy.deepcopy(new)
        old, contents, kind = items(own), items(new), cast("Any", type(own))
        check_keys(old, contents, place)
        planned = {key: plan(old[key], contents[key], f"{place}.{key}") for key in old}
        if isinstance(own, tuple):  # whose class may take other arguments
            return cast("Any", tuple).__new__(kind, planned.values())
        changes[id(own)] = (place, own, planned)
        return own

    with at("run"):
        find_holders(as_dict(run), holders)
        plan(run, as_dict(saved), "run")
    make(list(changes.values()))


def check_keys(own: dict[Any, Any], saved: dict[Any, Any], place: str) -> None:
    if own.keys() != saved.keys():
        missing = reprlib.repr([key for key in own if key not in saved])
        further = reprlib.repr([key for key in saved if key not in own])
        raise CheckpointError(f"{place}: only the run has {missing}, only the checkpoint {further}")


def put(target: Any, contents: dict[Any, Any]) -> None:
    """Load a state into an object, or set the items of a container that are to be other ones."""
    if is_part(target):
        target.load_state_dict(copy.deepcopy(contents))  # its own copy: nothing is shared
        return
    for key, item in contents.items():
        if target[key] is not item:
            target[key] = item


def make(changes: list[Change]) -> None:
    """Make all changes, or take back those that were begun."""
    before = [
        state_of(target, place, {}) if is_part(target) else dict(items(target))
        for place, target, _ in changes
    ]
    place, begun = "run", 0
    try:
        for begun, (place, target, contents) in enumerate(changes, start=1):
            put(target, contents)
    except BaseException as error:  # Ctrl-C too
        errors = [(place, error)]
        for (place, target, _), old in zip(changes[:begun], before, strict=False):
            try:
                put(target, old)
            except BaseException as refusal:
                errors.append((f"going back: {place}", refusal))
        whole = CheckpointError("; ".join(text_at(*each) for each in errors))
        for _, each in errors:
            if not isinstance(each, Exception):
                raise each from whole
        raise whole from error


class Group:
    """Several objects, and plain values beside them, as one stateful object."""

    def __init__(self, /, **parts: object) -> None:
        self.parts = parts

    def state_dict(self) -> dict[str, Any]:
        return snapshot(self.parts)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        restore(self.parts, state_dict)


def write(path: Path, saved: dict[str, Any]) -> None:
    """Write a snapshot to a file, as JSON. Raises a `CheckpointError` for what JSON lacks."""
    with at("run"):
        if misfit := json_misfit(as_dict(saved)):
            raise CheckpointError(f"run{misfit}")
        data = json.dumps(saved).encode()
    replace_file(path, data)


def json_misfit(value: object) -> str:
    """Return where there is something that JSON lacks, and what, or an empty text."""
    for key, item in items(value).items():
        if isinstance(value, dict) and not isinstance(key, str):
            return f": the key {key!r} is not a string"
        if type(item) not in SCALARS and (misfit := json_misfit(item)):
            return f".{key}{misfit}"
    is_json = isinstance(value, (bool, int, float, str, dict, list, tuple, type(None)))
    return "" if is_json else f": JSON has no type for a {type(value).__name__}"


def replace_file(path: Path, data: bytes) -> None:
    """Write a file in one step: a reader finds the old or the new one. Two may write at once."""
    partial_file = path.with_name(f"{path.name[:50]}.{secrets.token_hex(8)}.partial")
    try:
        with partial_file.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial_file.replace(path)
    finally:
        partial_file.unlink(missing_ok=True)


def read(path: Path) -> dict[str, Any]:
    """Return what was written. Raises a `CheckpointError` for any other file, or an `OSError`."""
    data = path.read_bytes()
    with at(f"{path}: it is not a whole checkpoint"):
        return as_dict(json.loads(data))


def generations(folder: Path) -> list[Path]:
    files = folder.iterdir() if folder.exists() else ()  # unlike glob, iterdir hides no error
    return sorted(file for file in files if file.match(f"save-{'[0-9]' * 9}.json"))


def write_generation(folder: Path, saved: dict[str, Any], keep: int = 3) -> None:
    """Write a snapshot to a new file, and delete all but the newest. Let one process do so."""
    folder.mkdir(parents=True, exist_ok=True)
    files = generations(folder)
    number = int(files[-1].stem.removeprefix("save-")) + 1 if files else 1
    write(folder / f"save-{number:09}.json", saved)
    for old in generations(folder)[: -max(keep, 1)]:
        old.unlink(missing_ok=True)


def read_newest(folder: Path) -> dict[str, Any] | None:
    """Return the newest whole checkpoint, or `None` if there is no file. Log what is not whole."""
    files = generations(folder)
    for file in reversed(files):
        try:
            return read(file)
        except (CheckpointError, FileNotFoundError) as error:
            logging.getLogger(__name__).warning("left out: %s", error)
    if files:
        raise CheckpointError(f"{folder}: no checkpoint is whole")
    return None
