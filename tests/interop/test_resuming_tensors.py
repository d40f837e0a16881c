"""The tests to copy, with tensors, arrays and the storages of PyTorch."""

import copy
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from docs.examples.test_resuming import text
from tests.interop.torch_cases import TENSORS
from tests.pages.broken_classes import Counts, Holds, case
from tests.pages.page_cases import failures


class HoldsAnotherDtypeLater(Holds):
    def value(self) -> Any:
        return torch.zeros(2, dtype=torch.float64 if self.n else torch.float32)


class HoldsAnotherShapeLater(Holds):
    def value(self) -> Any:
        return torch.zeros(2 if self.n else 1)


@pytest.mark.parametrize("cls", [HoldsAnotherDtypeLater, HoldsAnotherShapeLater])
def test_other_dtypes_and_shapes_are_caught(cls: type[Counts]) -> None:
    assert "test_fresh_object_has_every_key" in failures(case(cls))


class HasADictionaryLater(Holds):
    storages = TENSORS[1:]

    def value(self) -> Any:
        return {"n": self.n} if self.n else None


class HoldsAGenerator(Holds):
    storages = TENSORS[:1]

    def value(self) -> Any:
        return random.Random(self.n)


@pytest.mark.parametrize("cls", [HasADictionaryLater, HoldsAGenerator])
def test_what_a_storage_loses_is_caught(cls: type[Counts]) -> None:
    assert "test_snapshot_survives_every_storage" in failures(case(cls))


class HoldsAScalarLater(Holds):
    storages = ("copy.deepcopy", "pickle")

    def value(self) -> Any:
        return np.float32(self.n) if self.n else 0.0


def test_scalar_of_numpy_has_no_shape_to_keep() -> None:
    assert failures(case(HoldsAScalarLater)) == {}


@pytest.mark.parametrize(("make", "half"), [(np.array, np.float16), (torch.tensor, torch.float16)])
def test_arrays_are_compared_by_dtype_shape_and_content(
    make: Callable[..., Any], half: Any
) -> None:
    values = [make([1.0]), make([1.0], dtype=half), make([[1.0]]), make([2.0]), make(1.0), 1.0]
    assert len({text(value) for value in values}) == len(values)
    assert text(copy.deepcopy(values)) == text(values)
