"""Which values survive which storage, found out by trying."""

import copy
import math
import random
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple
from uuid import SafeUUID

import numpy as np
import torch
from test_resuming import STORAGES, text

from stateful import Stateful
from tests.tables import seen_with, table


@dataclass
class Point:
    x: int


class Pair(NamedTuple):
    x: int
    y: int


VALUES: dict[str, Any] = {
    "`int`, `float`, NaN, `str`, `bool`, `None`, `list`": [
        2**70,
        0.1,
        math.nan,
        "text",
        True,
        None,
    ],
    "`dict`": {"key": {"nested": [1]}},
    "`tuple`": (1, 2),
    "named tuple": Pair(1, 2),
    "`set`": {1, 2},
    "`bytes`": b"bytes",
    "`OrderedDict`": OrderedDict(key=1),
    "`defaultdict`": defaultdict(int, key=1),
    "`dict` with integer keys": {1: 2},
    "`dict` of tensors with integer keys": {1: torch.ones(2)},
    "dataclass": Point(1),
    "`enum.Enum`": SafeUUID.safe,
    "`enum.IntEnum`": HTTPStatus.OK,
    "`Path`": Path("folder"),
    "`random.getstate()`": random.Random(0).getstate(),
    "NumPy array": np.ones(2),
    "`np.float64`": np.float64(1),
    "`np.int64`": np.int64(1),
    "`PCG64().state` of NumPy": np.random.PCG64(0).state,
    "PyTorch tensor": torch.ones(2),
}


class Holder:
    """Its snapshot is what it is given."""

    def __init__(self, **state: Any) -> None:
        self.state = state

    def state_dict(self) -> dict[str, Any]:
        return dict(self.state)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.state = state_dict


COLUMNS: dict[str, Callable[[Stateful, Stateful], None]] = {
    "JSON": STORAGES["JSON"],
    "torch.save": STORAGES["torch.save"],
    "DCP": STORAGES["torch.distributed.checkpoint"],
}


def blank(value: Any) -> Any:
    """Return what a fresh object has: the same keys and shapes, and other values."""
    if isinstance(value, dict):
        fresh = copy.copy(value)
        fresh.update({key: blank(item) for key, item in value.items()})
        return fresh
    return torch.zeros_like(value) if isinstance(value, torch.Tensor) else None


def outcome(value: Any, restore: Callable[[Stateful, Stateful], None]) -> str:
    """Say what comes back: the value (✓), something else, or nothing (✗)."""
    target = Holder(value=blank(value))
    try:
        restore(Holder(value=value), target)
    except Exception:  # noqa: BLE001 (each storage has its own)
        return "✗"
    loaded = target.state["value"]
    if text(loaded) == text(value):
        return "✓"
    if type(loaded) is not type(value):
        return f"becomes `{type(loaded).__name__}`"
    keys = {"1": "keys become strings", "1, 1": "adds string keys"}
    return keys.get(", ".join(map(str, loaded)), f"becomes {loaded}")


def storage_tables() -> dict[str, dict[str, str]]:
    """Return the table: the values that have the same outcomes stand in one row."""
    names: dict[tuple[str, ...], list[str]] = {}
    for name, value in VALUES.items():
        assert outcome(value, STORAGES["pickle"]) == "✓"
        outcomes = tuple(outcome(value, restore) for restore in COLUMNS.values())
        names.setdefault(outcomes, []).append(name)
    rows = [[", ".join(group), *outcomes] for outcomes, group in names.items()]
    seen = seen_with(["torch", "numpy"])
    return {"docs/values.md": {"storages": table(["value", *COLUMNS], rows) + seen}}
