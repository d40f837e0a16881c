"""Which values survive which storage, found out by trying."""

import copy
import random
import uuid
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.torch
import torch

from docs.examples.test_resuming import STORAGES, Case
from stateful import Stateful
from tests.pages.tables import seen_with, table

NAMED_BY_TYPE: list[Any] = [
    *(2**70, 0.1, "text", True, [1, [2.5]], {"key": {"nested": 1}}, (1, 2), {1, 2}, b"bytes"),
    *(OrderedDict(key=1), defaultdict(int, key=1), deque([1]), datetime(2026, 1, 1, tzinfo=UTC)),
]
GENERATORS: list[Any] = [np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937, np.random.Philox]
VALUES: dict[str, Any] = {
    **{f"`{type(value).__name__}`": value for value in NAMED_BY_TYPE},
    "`None`": None,
    "NaN": float("nan"),
    "`dict` with integer keys": {1: 2},
    "`dict` of tensors with integer keys": {1: torch.ones(2)},
    "dataclass": Case(int, abs),
    "`enum.Enum`": uuid.SafeUUID.safe,
    "`enum.IntEnum`": HTTPStatus.OK,
    "`Path`": Path("folder"),
    "`random.getstate()`": random.Random(0).getstate(),
    "NumPy array": np.ones(2),
    **{f"`np.{cls.__name__}`": cls(1) for cls in (np.float64, np.float32, np.int64, np.bool_)},
    **{f"`{cls.__name__}().state` of NumPy": cls(0).state for cls in GENERATORS},
    "`np.random.get_state()`": np.random.RandomState(0).get_state(),
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


def by_safetensors(source: Stateful, target: Stateful) -> None:
    target.load_state_dict(safetensors.torch.load(safetensors.torch.save(source.state_dict())))


Way = Callable[[Stateful, Stateful], None]
WAYS: dict[str, Way] = {**STORAGES, "safetensors": by_safetensors}
del WAYS["copy.deepcopy"]  # which stores nothing


def blank(value: Any) -> Any:
    """Return what a fresh object has: the same keys and shapes, and other values."""
    if isinstance(value, dict):
        fresh = copy.copy(value)
        fresh.update({key: blank(item) for key, item in value.items()})
        return fresh
    return torch.zeros_like(value) if isinstance(value, torch.Tensor) else None


def outcome(way: Way, value: Any) -> str:
    """Say what comes back: the value (✓), something else, or nothing (✗)."""
    target = Holder(value=blank(value))
    try:
        way(Holder(value=value), target)
    except Exception:  # noqa: BLE001 (each storage has its own)
        return "✗"
    loaded = target.state["value"]
    if type(loaded) is not type(value):
        return f"becomes `{type(loaded).__name__}`"
    if repr(loaded) == repr(value):
        return "✓"
    return "keys become strings" if len(loaded) == len(value) else "adds string keys"


def storages() -> str:
    """Return the table, with the values that have the same outcomes in one row."""
    names: dict[tuple[str, ...], list[str]] = {}
    for name, value in VALUES.items():
        names.setdefault(tuple(outcome(way, value) for way in WAYS.values()), []).append(name)
    ways = [name.replace("torch.distributed.checkpoint", "distributed") for name in WAYS]
    rows = [[", ".join(group), *outcomes] for outcomes, group in names.items()]
    return table(["value", *ways], rows) + seen_with(["torch", "numpy", "safetensors"])
