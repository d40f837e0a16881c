"""Save a run and restore it. A run is a dictionary of stateful objects and plain values."""

import copy
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeGuard, cast

from stateful import Stateful


class CheckpointError(Exception):
    """A run cannot be saved or restored. The text says where, such as `run.optimizers.1`."""


def is_part(value: object) -> TypeGuard[Stateful]:
    """Tell whether a value is a stateful object. A class is a plain value."""
    if value is None or type(value) in (bool, int, float, str):  # at once: there may be millions
        return False
    return isinstance(value, Stateful) and not isinstance(value, type)


def items(value: object) -> dict[Any, Any]:
    """Return what a dictionary, list or tuple holds, by keys or positions."""
    if isinstance(value, (list, tuple)):
        return dict(enumerate(cast("list[Any]", value)))
    return {**value} if isinstance(value, dict) else {}


def holds_part(value: object) -> bool:
    return any(is_part(item) or holds_part(item) for item in items(value).values())


def as_dict(value: object, place: object) -> dict[str, Any]:
    if isinstance(value, dict):
        return cast("dict[str, Any]", value)
    raise CheckpointError(f"{place}: it is a {type(value).__name__}, not a dict")


def filled(container: Any, saved: object, place: str, take: Callable[..., object]) -> Any:
    """Return a container of the same class, with what `take` makes of objects, and else `saved`."""
    own, contents = items(container), items(saved)
    if own.keys() != contents.keys():
        raise CheckpointError(f"{place}: it has {list(own)}, and {list(contents)} were saved")
    for key, value in own.items():
        inner = f"{place}.{key}"
        if is_part(value):
            contents[key] = take(value, contents[key], inner)
        elif holds_part(value):
            contents[key] = filled(value, contents[key], inner, take)
    kind = cast("Any", type(container))
    if issubclass(kind, dict):
        other = copy.copy(container)
        other |= contents
        return other
    values = [contents[key] for key in own]
    return kind(*values) if hasattr(kind, "_fields") else kind(values)  # a named tuple has fields


def snapshot(run: dict[str, object]) -> dict[str, Any]:
    """Return what is to be saved: the states of stateful objects, and plain values.

    Both may stand in dictionaries, lists and tuples, to any depth. All is a copy: the run may move
    on. Raises a `CheckpointError` if a state is no dictionary.
    """
    states: dict[int, dict[str, Any]] = {}

    def state_of(part: Stateful, _: object, place: str) -> object:
        if id(part) not in states:  # an object at two places is asked once
            states[id(part)] = as_dict(part.state_dict(), place)
        return states[id(part)]

    saved: dict[str, Any] = filled(run, run, "run", state_of)
    return copy.deepcopy(saved)


def restore(run: dict[str, object], saved: dict[str, Any]) -> None:
    """Bring a run to what was saved: objects load their states, plain values are replaced.

    If it does not fit, or on Ctrl-C, the run stays as it was. A `CheckpointError` says where keys
    or lengths differ, or which object refuses its state, or to go back. `saved` is not changed.
    """
    parts: dict[int, tuple[Stateful, dict[str, Any], str]] = {}

    def note(part: Stateful, state: Any, place: str) -> object:
        _, first, first_place = parts.setdefault(id(part), (part, as_dict(state, place), place))
        if first is not state and first != state:
            raise CheckpointError(f"{place}: {first_place} is the same, with another state")
        return part

    old, new = dict(run), filled(run, copy.deepcopy(saved), "run", note)
    before = [(part, copy.deepcopy(part.state_dict()), place) for part, _, place in parts.values()]
    place = "run"
    try:
        for part, state, place in parts.values():
            part.load_state_dict(state)
        run.update(new)
    except BaseException as error:  # Ctrl-C too
        message = f"{place}: {type(error).__name__}: {error}"
        run.update(old)
        for part, state, other in before:
            try:
                part.load_state_dict(state)
            except BaseException as refusal:
                message += f"; {other} does not go back: {type(refusal).__name__}: {refusal}"
        if isinstance(error, Exception):
            raise CheckpointError(message) from error
        error.args = (message,)
        raise


class Group:
    """Several objects, and plain values beside them, as one stateful object."""

    def __init__(self, /, **parts: object) -> None:
        self.parts = parts

    def state_dict(self) -> dict[str, Any]:
        return snapshot(self.parts)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        restore(self.parts, state_dict)


def write(path: Path, saved: dict[str, Any]) -> None:
    """Write a snapshot to a file, as JSON. Raises a `CheckpointError` if a key is not a string."""
    check_keys(saved, "run")
    replace_file(path, json.dumps(saved).encode())


def check_keys(value: object, place: str) -> None:
    for key, item in items(value).items():
        if isinstance(value, dict) and not isinstance(key, str):
            raise CheckpointError(f"{place}: the key {key!r} is not a string")
        check_keys(item, f"{place}.{key}")


def replace_file(path: Path, data: bytes) -> None:
    """Write a file in one step: a reader finds the old or the new one. Two may write at once."""
    partial = path.with_name(f"{path.name}.{secrets.token_hex(8)}.partial")
    try:
        with partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def read(path: Path) -> dict[str, Any]:
    """Return what was written. Raises a `CheckpointError` for any other file, or an `OSError`."""
    try:
        return as_dict(json.loads(path.read_bytes()), path)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{path}: it is not a whole checkpoint: {error}") from error
