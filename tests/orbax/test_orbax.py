"""The page about Orbax: objects go through its checkpointer, and PyTorch has no part in it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from docs.examples.test_resuming import Case
from tests.pages import code_blocks
from tests.pages.cases import advance
from tests.pages.test_resuming import CHECKS
from tests.verdicts.uses import Counter


@pytest.fixture
def recipes(tmp_path: Path) -> dict[str, Any]:
    return code_blocks.run("docs/orbax.md", tmp_path)


def test_objects_are_saved_and_restored(recipes: dict[str, Any], tmp_path: Path) -> None:
    saved, restored = {"one": Counter(1), "two": Counter(2)}, {"one": Counter(), "two": Counter()}
    recipes["save"](tmp_path / "checkpoint", saved)
    recipes["restore"](tmp_path / "checkpoint", restored)
    assert [counter.count for counter in restored.values()] == [1, 2]


def test_part_that_was_not_saved_is_named(recipes: dict[str, Any], tmp_path: Path) -> None:
    recipes["save"](tmp_path / "checkpoint", {"one": Counter(1)})
    one = Counter()
    with pytest.raises(Exception, match="two"):
        recipes["restore"](tmp_path / "checkpoint", {"one": one, "two": Counter()})
    assert one.count == 0


def add_one(average: Any) -> list[float]:
    average.values = average.values + 1
    return list(average.values.tolist())


@pytest.mark.parametrize("name", CHECKS)
def test_class_that_is_shown_resumes(name: str, recipes: dict[str, Any]) -> None:
    CHECKS[name](Case(recipes["Progress"], advance("step")))
    CHECKS[name](Case(recipes["Average"], add_one))


def test_pytorch_is_not_there() -> None:
    assert importlib.util.find_spec("torch") is None
