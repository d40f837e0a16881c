"""The table of storages on docs/values.md."""

import copy
import math
import random
from collections import OrderedDict, defaultdict
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple
from uuid import SafeUUID

import numpy as np
import pytest
import torch
from test_resuming import STORAGES, text

from tests.interop.shown import Holder
from tests.project import read_text


class Pair(NamedTuple):
    x: int


VALUES: dict[str, Any] = {
    "`int`, `float`, NaN, `str`, `bool`, `None`, `list`, `dict`": {
        "values": [2**70, 0.1, math.nan, "a", True, None]
    },
    "`PCG64().state` of NumPy": np.random.PCG64(0).state,
    "`tuple`, `random.getstate()`": random.Random(0).getstate(),
    "named tuple": Pair(1),
    "`set`": {1, 2},
    "`bytes`": b"bytes",
    "`OrderedDict`": OrderedDict(key=1),
    "`defaultdict`": defaultdict(int, key=1),
    "`dict` with integer keys": {1: 2},
    "PyTorch tensor": torch.ones(2),
    "`enum.Enum`, `Path`": [SafeUUID.safe, Path("folder")],
    "`enum.IntEnum`": HTTPStatus.OK,
    "NumPy array, `np.int64`": [np.ones(2), np.int64(1)],
    "`np.float64`": np.float64(1),
}


def blank(value: Any) -> Any:
    """Return what a fresh object has: the same keys and shapes, and other values."""
    if isinstance(value, dict):
        fresh = copy.copy(value)
        fresh.update({key: blank(item) for key, item in value.items()})
        return fresh
    return torch.zeros_like(value) if isinstance(value, torch.Tensor) else None


def outcome(value: Any, storage: str) -> str:
    target = Holder(value=blank(value))
    try:
        STORAGES[storage](Holder(value=value), target)
    except Exception:  # noqa: BLE001 (each storage has its own)
        return "✗"
    return "✓" if text(target.state["value"]) == text(value) else "changed"


@pytest.mark.parametrize("name", VALUES)
def test_row_says_what_a_storage_does(name: str) -> None:
    assert outcome(VALUES[name], "pickle") == outcome(VALUES[name], "copy.deepcopy") == "✓"
    outcomes = [outcome(VALUES[name], storage) for storage in ("JSON", "torch.save", "DCP")]
    assert f"| {name} | {' | '.join(outcomes)} |" in read_text("docs/values.md")
