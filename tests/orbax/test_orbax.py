"""The page about Orbax: objects go through its checkpointer, and PyTorch has no part in it."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import jax
import pytest

from docs.examples.test_resuming import Case
from tests.classes import Counter
from tests.pages import code_blocks
from tests.pages.page_cases import check_classes_shown


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


def draw(noise: Any) -> list[Any]:
    noise.key, other = jax.random.split(noise.key)
    noise.values = noise.values + jax.random.normal(other, noise.values.shape, noise.values.dtype)
    return [str(noise.values.dtype), noise.values.tolist()]


def test_class_that_is_shown_resumes(tmp_path: Path) -> None:
    def cases(names: dict[str, Any]) -> dict[str, Case[Any]]:
        misfits = [{"values": [1.0], "key": [0, 1]}, {"values": [1.0, 2.0], "key": [[0, 1]]}]
        return {"Noise": Case(names["Noise"], draw, misfits)}

    check_classes_shown("docs/orbax.md", cases, tmp_path)


def test_snapshot_survives_a_function_that_deletes_the_array(recipes: dict[str, Any]) -> None:
    noise = recipes["Noise"]()
    before, snapshot = noise.values, noise.state_dict()
    noise.values = jax.jit(lambda values: values + 1, donate_argnums=0)(before)
    with pytest.raises(RuntimeError, match="deleted"):
        before.tolist()
    assert snapshot["values"] == [0.0, 0.0]


def test_tree_is_built_again_from_its_leaves() -> None:
    tree = {"moments": (jax.numpy.zeros(2), jax.numpy.ones(()))}
    leaves, structure = jax.tree.flatten(tree)
    loaded = json.loads(json.dumps([leaf.tolist() for leaf in leaves]))
    arrays = [
        jax.numpy.asarray(values, dtype=leaf.dtype)
        for values, leaf in zip(loaded, leaves, strict=True)
    ]
    assert str(jax.tree.unflatten(structure, arrays)) == str(tree)


def test_pytorch_is_not_there() -> None:
    assert importlib.util.find_spec("torch") is None
