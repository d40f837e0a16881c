"""The tests to copy, with tensors, arrays and the storages of PyTorch."""

import copy
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from test_resuming import text

from tests.pages.broken_classes import PLAIN, Holds, case
from tests.pages.page_cases import failures

KEY, STORAGE = "test_fresh_object_has_every_key", "test_snapshot_survives_every_storage"


@pytest.mark.parametrize(
    ("value", "storages", "name"),
    [
        (lambda n: torch.zeros(2, dtype=torch.float64 if n else torch.float32), PLAIN, KEY),
        (lambda n: torch.zeros(2 if n else 1), PLAIN, KEY),
        (lambda n: {"n": n} if n else None, ["torch.distributed.checkpoint"], STORAGE),
        (random.Random, ["torch.save"], STORAGE),
    ],
)
def test_what_a_class_holds_is_caught(
    value: Callable[[int], Any], storages: list[str], name: str
) -> None:
    members = {"value": lambda self: value(self.n), "storages": storages}
    assert name in failures(case(type("Broken", (Holds,), members)))


@pytest.mark.parametrize(("make", "half"), [(np.array, np.float16), (torch.tensor, torch.float16)])
def test_arrays_are_compared_by_dtype_shape_and_content(
    make: Callable[..., Any], half: Any
) -> None:
    values = [make([1.0]), make([1.0], dtype=half), make([[1.0]]), make([2.0]), make(1.0), 1.0]
    assert len({text(value) for value in values}) == len(values)
    assert text(copy.deepcopy(values)) == text(values)
