"""What docs/pytorch.md and docs/values.md say, and the classes that they show."""

# ruff: noqa: NPY002 (the generators of the process are what one page is about)

import copy
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import attrs
import numpy as np
import pytest
import torch
import torch.distributed
from torch._C._distributed_c10d import HashStore
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.default_planner import DefaultLoadPlanner
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import distribute_tensor
from torch.utils.data import DataLoader, TensorDataset

from docs.examples.test_resuming import STORAGES, text
from stateful import Stateful
from tests.interop.storages import Holder
from tests.interop.torch_cases import CASES, train, training
from tests.pages import code_blocks
from tests.pages.test_resuming import check_classes_shown


@pytest.mark.parametrize("source", CASES)
def test_class_that_is_shown_resumes(source: str, tmp_path: Path) -> None:
    check_classes_shown(source, CASES[source], tmp_path)


@pytest.fixture
def pages(tmp_path: Path) -> Any:
    """The names of what pages show."""
    return lambda page: SimpleNamespace(**code_blocks.run(page, tmp_path))


@pytest.fixture
def progress(pages: Any) -> Any:
    """An object whose first version counted epochs, as docs/writing.md shows it."""
    return pages("docs/writing.md").Progress()


def restored(saved: object, fresh: object, folder: Path, **options: Any) -> Any:
    """Save a value, load into a fresh one, and return what is there then."""
    save({"value": saved}, checkpoint_id=folder / "checkpoint")
    loaded = {"value": fresh}
    load(loaded, checkpoint_id=folder / "checkpoint", **options)
    return loaded["value"]


# What a fresh object must have

ONE, ZERO = torch.ones(1), torch.zeros(1)


@pytest.mark.parametrize(
    ("saved", "fresh", "loaded"),
    [
        ({"b": 1, "c": 2}, {"b": 0}, {"b": 1}),
        ({"b": 1}, {}, {}),
        ([{"b": 1}, {"b": 2}], [{"b": 0}], [{"b": 1}]),
        ([ONE, ONE], [ZERO], [ONE]),
        (None, ZERO, None),
        (torch.tensor([1.7]), torch.tensor([0]), torch.tensor([1])),
        ({0: 1}, {0: 0}, {0: 0, "0": 1}),
        ({0: ONE}, {0: ZERO}, {0: ONE}),
    ],
)
def test_what_is_loaded(saved: Any, fresh: Any, loaded: Any, tmp_path: Path) -> None:
    holder = restored(Holder(a=saved), Holder(a=copy.deepcopy(fresh)), tmp_path)
    assert text(holder.state) == text({"a": loaded})


def test_keys_have_the_order_of_the_fresh_object(tmp_path: Path) -> None:
    assert list(restored({"b": 1, "a": 2}, {"a": 0, "b": 0}, tmp_path)) == ["a", "b"]


@pytest.mark.parametrize(
    ("saved", "fresh", "message"),
    [
        ({"b": 1}, {"b": 0, "c": 0}, "Missing key in checkpoint state_dict"),
        ([ONE], [], "Missing key in checkpoint state_dict"),
        ({"b": 1}, None, "Missing key in checkpoint state_dict"),
        (ONE, None, "Invalid checkpoint metadata"),
        (ONE, 0.0, "Invalid checkpoint metadata"),
        (ONE, torch.zeros(2), "Size mismatch"),
    ],
)
def test_what_raises(saved: Any, fresh: Any, message: str, tmp_path: Path) -> None:
    assert not issubclass(CheckpointException, Exception)
    with pytest.raises(CheckpointException, match=message):
        restored(Holder(a=saved), Holder(a=fresh), tmp_path)


def test_old_and_new_keys_cannot_be_saved(tmp_path: Path) -> None:
    with pytest.raises(CheckpointException, match="duplicated flatten key"):
        save({"value": Holder(a={0: 0, "0": 1})}, checkpoint_id=tmp_path)


def test_nested_objects_are_replaced_and_yours_stay(tmp_path: Path) -> None:
    saved, yours = Holder(a=7), Holder(a=0)
    one, other = restored([saved, {"key": saved}], [yours, {"key": yours}], tmp_path)
    assert [yours.state, one.state, other["key"].state] == [{"a": 0}, {"a": 7}, {"a": 7}]


# A model and its optimizer


def test_fresh_optimizer_that_is_loaded_as_it_is_loses_its_moments(tmp_path: Path) -> None:
    trained, fresh = training(), training()
    train(trained)
    trained.optimizer.param_groups[0]["lr"] = 0.5
    loaded = restored(trained.optimizer, fresh.optimizer, tmp_path)
    assert [loaded.param_groups[0]["lr"], dict(loaded.state)] == [0.5, {}]


def test_moments_of_a_parameter_that_is_frozen_in_the_fresh_model(tmp_path: Path) -> None:
    trained, fresh = training(), training()
    train(trained)
    fresh.model.requires_grad_(requires_grad=False)
    restored(trained, fresh, tmp_path)
    fresh.model.requires_grad_(requires_grad=True)
    assert train(fresh) == train(trained)


def test_snapshot_of_a_fresh_optimizer_runs_the_hooks_of_a_step() -> None:
    value, calls = training(), []
    value.optimizer.register_step_post_hook(lambda *_: calls.append("step"))
    first, _ = value.model.parameters()
    assert value.optimizer.state[first] == {}  # leaves an empty state behind
    snapshot = value.state_dict()
    assert snapshot["begun"] == [False, False]
    assert all(snapshot["optimizer"]["state"].values())
    train(value)
    assert value.state_dict()["begun"] == [True, True]
    assert calls == ["step"] * 2


def test_parameters_in_another_order_are_refused() -> None:
    value, other = training(), training()
    other.optimizer.param_groups[0]["params"].reverse()
    with pytest.raises(ValueError, match="of another optimizer"):
        other.load_state_dict(value.state_dict())


# Old checkpoints, and one value

VERSIONS: list[dict[str, Any]] = [{"epoch": 3}, {"version": 2, "step": 3000}]


def test_planner_gives_a_class_its_own_fresh_values(progress: Any, tmp_path: Path) -> None:
    planner = DefaultLoadPlanner(allow_partial_load=True)
    assert restored(Holder(**VERSIONS[0]), progress, tmp_path, planner=planner).step == 0


def test_old_keys_are_loaded_as_plain_values(progress: Any, tmp_path: Path) -> None:
    progress.load_state_dict(restored(Holder(**VERSIONS[0]), {"epoch": 0}, tmp_path))
    assert progress.step == 3000


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_is_loaded_as_one_value(
    version: dict[str, Any], pages: Any, progress: Any, tmp_path: Path
) -> None:
    one_value = pages("docs/pytorch.md").AsOneValue
    restored(one_value(Holder(**version)), one_value(progress), tmp_path)
    assert progress.step == 3000


def test_one_value_has_any_keys_and_needs_no_device(
    pages: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one_value = pages("docs/pytorch.md").AsOneValue
    saved, fresh = Holder(a={0: 1, 1: ONE}, b=[{"c": 1}]), Holder()
    missing = f"cuda:{torch.cuda.device_count()}"
    monkeypatch.setattr("torch.serialization.location_tag", lambda storage: missing)
    restored(one_value(saved), one_value(fresh), tmp_path)
    assert text(fresh.state) == text(saved.state)


def test_sharded_values_are_not_taken_as_one(pages: Any) -> None:
    torch.distributed.init_process_group("gloo", store=HashStore(), rank=0, world_size=1)
    try:
        sharded = distribute_tensor(ONE, init_device_mesh("cpu", (1,)))
        with pytest.raises(TypeError, match="sharded"):
            pages("docs/pytorch.md").AsOneValue(Holder(a=[{"b": sharded}])).state_dict()
    finally:
        torch.distributed.destroy_process_group()


# Values and random numbers


@pytest.mark.parametrize(
    "value", [np.float32(0.1), np.array([[0.1, 2.0]], "f4"), np.zeros(2, "i2")]
)
def test_values_of_numpy_come_back_with_their_type(value: Any) -> None:
    for restore in STORAGES.values():
        target = Holder(a=None)
        restore(Holder(a=value.tolist()), target)
        assert text(np.array(target.state["a"], dtype=value.dtype)) == text(np.array(value))


@pytest.mark.parametrize("wrong", [[1.0], 1.0, [[1.0, 2.0]]])
def test_array_that_others_hold(wrong: object, pages: Any) -> None:
    array = np.zeros(2)
    with pytest.raises(ValueError, match="the shape is"):
        pages("docs/values.md").load_array(array, wrong)
    pages("docs/values.md").load_array(array, [1.0, 2.0])
    assert array.tolist() == [1.0, 2.0]


def drawn() -> list[float]:
    return [random.random(), np.random.random(), torch.rand(1).item()]


class Interrupting:
    def __len__(self) -> int:
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    "misfit",
    [
        {"python": [3, [1], None]},
        {"numpy": {}},
        {"torch": [0] * 16},  # as of a CUDA device
        {"cuda": [[0] * 16] * (torch.cuda.device_count() + 1)},
        {"cuda": Interrupting()},
    ],
)
def test_generators_are_all_set_or_none(misfit: dict[str, Any], pages: Any) -> None:
    generators = pages("docs/values.md").Generators()
    before = generators.state_dict()
    drawn()
    here, expected = generators.state_dict(), drawn()
    generators.load_state_dict(here)
    with pytest.raises((Exception, KeyboardInterrupt)):
        generators.load_state_dict({**before, **misfit})
    assert drawn() == expected


def test_data_loader_draws_a_number(pages: Any) -> None:
    generators = pages("docs/values.md").Generators()
    state, expected = generators.state_dict(), drawn()
    generators.load_state_dict(state)
    iter(DataLoader(TensorDataset(ONE)))
    assert drawn()[2] != expected[2]


@pytest.mark.parametrize("device", ["cpu", "cuda"][: 1 + torch.cuda.is_available()])
def test_own_generator_of_pytorch(device: str, pages: Any) -> None:
    as_tensor = pages("docs/values.md").as_tensor
    one, other = torch.Generator(device), torch.Generator(device).manual_seed(7)
    state = one.get_state().tolist()
    with pytest.raises(RuntimeError, match="RNG state"):
        other.set_state(as_tensor([*state, 0]))
    other.set_state(as_tensor(state))
    assert other.get_state().tolist() == state


# A class made with attrs, as docs/writing.md says


@attrs.define(frozen=True)
class Metrics(Stateful):
    array: Any

    def state_dict(self) -> dict[str, Any]:
        names = [each.name for each in attrs.fields(type(self))]
        return {name: copy.deepcopy(getattr(self, name)) for name in names}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        for name, value in copy.deepcopy(state_dict).items():
            object.__setattr__(self, name, value)


def test_class_made_with_attrs_is_copied_and_has_slots() -> None:
    metrics, other = Metrics(np.zeros(2)), Metrics(np.ones(2))
    snapshot = metrics.state_dict()
    metrics.array[:] = 9
    other.load_state_dict(snapshot)
    assert other.array.tolist() == [0, 0]
    assert attrs.asdict(metrics)["array"] is metrics.array
    assert not hasattr(other, "__dict__")
