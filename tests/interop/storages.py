"""Which values survive which storage, found out by trying."""

from __future__ import annotations

import copy
import dataclasses
import enum
import io
import json
import math
import pickle
import random
import tempfile
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.torch
import torch
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save

from tests.verdicts.tables import table


class Color(enum.Enum):
    RED = 1


@dataclasses.dataclass
class Point:
    x: int


VALUES: dict[str, Any] = {
    "`int`": 2**70,
    "`float`": 0.1,
    "NaN": math.nan,
    "`str`": "text",
    "`bool`": True,
    "`None`": None,
    "`list`": [1, [2.5]],
    "`dict`": {"key": {"nested": 1}},
    "`dict` with integer keys": {1: 2},
    "`tuple`": (1, 2),
    "`set`": {1, 2},
    "`bytes`": b"bytes",
    "`OrderedDict`": OrderedDict(key=1),
    "`defaultdict`": defaultdict(int, key=1),
    "`deque`": deque([1]),
    "dataclass": Point(1),
    "`enum.Enum`": Color.RED,
    "`datetime`": datetime(2026, 1, 1, tzinfo=UTC),
    "`Path`": Path("folder"),
    "`random.getstate()`": random.Random(0).getstate(),
    "NumPy array": np.ones(2),
    "NumPy scalar": np.float64(0.1),
    "NumPy `bit_generator.state` of `PCG64`": np.random.PCG64(0).state,
    "NumPy `bit_generator.state` of others": np.random.MT19937(0).state,
    "NumPy `np.random.get_state()`": np.random.RandomState(0).get_state(),
    "PyTorch tensor": torch.ones(2),
}


def through_json(snapshot: dict[str, Any]) -> Any:
    return json.loads(json.dumps(snapshot))


def through_pickle(snapshot: dict[str, Any]) -> Any:
    return pickle.loads(pickle.dumps(snapshot))


def through_torch_save(snapshot: dict[str, Any]) -> Any:
    file = io.BytesIO()
    torch.save(snapshot, file)
    file.seek(0)
    return torch.load(file)


def through_distributed_checkpoint(snapshot: dict[str, Any]) -> Any:
    loaded = blank(snapshot)
    with tempfile.TemporaryDirectory() as folder:
        save(snapshot, checkpoint_id=folder)
        load(loaded, checkpoint_id=folder)
    return loaded


def blank(value: Any) -> Any:
    """Return what a fresh object has: the same keys and shapes, and other values."""
    if isinstance(value, dict):
        fresh = copy.copy(value)
        fresh.update({key: blank(item) for key, item in value.items()})
        return fresh
    return torch.zeros_like(value) if isinstance(value, torch.Tensor) else None


def through_safetensors(snapshot: dict[str, Any]) -> Any:
    return safetensors.torch.load(safetensors.torch.save(snapshot))


STORAGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "JSON": through_json,
    "pickle": through_pickle,
    "`torch.save`, `torch.load`": through_torch_save,
    "`torch.distributed.checkpoint`": through_distributed_checkpoint,
    "safetensors": through_safetensors,
}


def outcome(through: Callable[[dict[str, Any]], Any], value: Any) -> str:
    """Say what comes back: the value (✓), something else, or nothing (✗)."""
    try:
        loaded = through({"value": value})["value"]
    except Exception:  # noqa: BLE001 (each storage has its own)
        return "✗"
    if type(loaded) is not type(value):
        return f"becomes a `{type(loaded).__name__}`"
    return "✓" if repr(loaded) == repr(value) else "keys become strings"


def storages() -> str:
    """Return the table, with the values that have the same outcomes in one row."""
    names: dict[tuple[str, ...], list[str]] = {}
    for name, value in VALUES.items():
        outcomes = tuple(outcome(through, value) for through in STORAGES.values())
        names.setdefault(outcomes, []).append(name)
    return table(
        ["value", *STORAGES], [[", ".join(group), *found] for found, group in names.items()]
    )
