"""What the pages say of state that PyTorch's loader loses, and how to keep it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
import torch
import torch.distributed
import typeguard
from torch import nn
from torch._C._distributed_c10d import HashStore
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import distribute_tensor

from stateful import Stateful
from tests.interop.cases import new_training, train
from tests.pages import code_blocks
from tests.verdicts.uses import Counter


class Holder:
    """Its snapshot is what it is given."""

    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state

    def state_dict(self) -> dict[str, Any]:
        return dict(self.state)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.state = dict(state_dict)


def restore(saved: object, fresh: object, folder: Path) -> Any:
    """Save an object, load into a fresh one, and return what is there then."""
    save({"object": saved}, checkpoint_id=folder / "checkpoint")
    loaded = {"object": fresh}
    load(loaded, checkpoint_id=folder / "checkpoint")
    return loaded["object"]


@pytest.fixture
def recipes(tmp_path: Path) -> dict[str, Any]:
    return code_blocks.run("docs/pytorch.md", tmp_path)


# What a fresh object must have.


@pytest.mark.parametrize(
    ("saved", "fresh", "loaded"),
    [
        ({"a": 1, "b": 2}, {"a": 0}, {"a": 1}),
        ({"a": {"b": 1}}, {"a": {}}, {"a": {}}),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 0}]}, {"a": [{"b": 1}]}),
        ({"a": {0: 1}}, {"a": {0: 0}}, {"a": {0: 0, "0": 1}}),
    ],
)
def test_what_is_not_there_is_lost(
    saved: dict[str, Any], fresh: dict[str, Any], loaded: dict[str, Any], tmp_path: Path
) -> None:
    assert restore(Holder(saved), Holder(fresh), tmp_path).state == loaded


@pytest.mark.parametrize(
    ("saved", "fresh"),
    [
        ({"a": 1}, {"a": 0, "b": 0}),
        ({"a": [torch.ones(1)]}, {"a": []}),
        ({"a": {"b": 1}}, {"a": None}),
    ],
)
def test_key_that_is_not_in_the_checkpoint_raises(
    saved: dict[str, Any], fresh: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(CheckpointException, match="Missing key in checkpoint state_dict"):
        restore(Holder(saved), Holder(fresh), tmp_path)


def test_checkpoint_exception_is_no_exception() -> None:
    assert not issubclass(CheckpointException, Exception)


def test_shorter_list_of_tensors_is_cut_off(tmp_path: Path) -> None:
    saved, fresh = Holder({"a": [torch.ones(1), torch.ones(1)]}), Holder({"a": [torch.zeros(1)]})
    assert restore(saved, fresh, tmp_path).state == {"a": [torch.ones(1)]}


def test_tensor_of_another_dtype_is_cast(tmp_path: Path) -> None:
    saved, fresh = Holder({"a": torch.tensor([1.7])}), Holder({"a": torch.tensor([0])})
    assert restore(saved, fresh, tmp_path).state["a"].tolist() == [1]


@pytest.mark.parametrize("nest", [lambda value: {"key": value}, lambda value: [value]])
def test_nested_object_is_replaced_and_yours_stays(
    nest: Callable[[Counter], Any], tmp_path: Path
) -> None:
    yours = Counter()
    loaded = restore(nest(Counter(7)), nest(yours), tmp_path)
    [replaced] = loaded.values() if isinstance(loaded, dict) else loaded
    assert (yours.count, replaced.count) == (0, 7)


def test_group_restores_nested_objects(recipes: dict[str, Any], tmp_path: Path) -> None:
    helpers = code_blocks.run("docs/helpers.md", tmp_path)
    group, yours = helpers["Group"], Counter()
    restore(group(inner=group(counter=Counter(7))), group(inner=group(counter=yours)), tmp_path)
    assert yours.count == 7


# A model and its optimizer.


def test_fresh_optimizer_that_is_loaded_as_it_is_loses_its_moments(tmp_path: Path) -> None:
    trained, fresh = new_training(), new_training()
    train(trained)
    trained.optimizer.param_groups[0]["lr"] = 0.5
    restore(trained.optimizer, fresh.optimizer, tmp_path)
    assert fresh.optimizer.param_groups[0]["lr"] == 0.5
    assert fresh.optimizer.state_dict()["state"] == {}


def test_first_snapshot_of_a_fresh_optimizer_gives_it_moments_of_zero() -> None:
    training = new_training()
    assert training.optimizer.state_dict()["state"] == {}
    training.state_dict()
    assert training.optimizer.state_dict()["state"][0]["exp_avg"].tolist() == [[0.0, 0.0]]


def test_training_keeps_the_moments(tmp_path: Path) -> None:
    trained, fresh = new_training(), new_training()
    train(trained)
    restore(trained, fresh, tmp_path)
    assert train(fresh) == train(trained)
    assert fresh.optimizer.state_dict()["state"][0]["step"] == 2


# A snapshot that is read as a whole.


class ProgressOfVersion1:
    def state_dict(self) -> dict[str, Any]:
        return {"epoch": 3}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        raise NotImplementedError


def test_older_version_is_not_found(recipes: dict[str, Any], tmp_path: Path) -> None:
    progress = code_blocks.run("docs/writing.md", tmp_path)["Progress"]()
    with pytest.raises(CheckpointException, match="Missing key in checkpoint state_dict"):
        restore(ProgressOfVersion1(), progress, tmp_path)


@pytest.mark.parametrize(
    "saved", [ProgressOfVersion1(), Holder({"version": 2, "step": 3000})], ids=["1", "2"]
)
def test_older_version_is_loaded_as_one_value(
    recipes: dict[str, Any], saved: Stateful, tmp_path: Path
) -> None:
    progress = code_blocks.run("docs/writing.md", tmp_path)["Progress"]()
    restore(recipes["AsOneValue"](saved), recipes["AsOneValue"](progress), tmp_path)
    assert progress.step == 3000


@pytest.mark.parametrize("state", [{"a": {0: 1}}, {"b": [{"c": 1}]}, {1: torch.ones(1)}])
def test_any_keys_are_loaded_as_one_value(
    recipes: dict[str, Any], state: dict[str, Any], tmp_path: Path
) -> None:
    fresh = Holder({})
    restore(recipes["AsOneValue"](Holder(state)), recipes["AsOneValue"](fresh), tmp_path)
    assert fresh.state == state


def test_sharded_values_are_not_taken_as_one(recipes: dict[str, Any]) -> None:
    torch.distributed.init_process_group("gloo", store=HashStore(), rank=0, world_size=1)
    try:
        sharded = distribute_tensor(torch.ones(2), init_device_mesh("cpu", (1,)))
        value = recipes["AsOneValue"](Holder({"a": [{"b": sharded}]}))
        with pytest.raises(TypeError, match="sharded"):
            value.state_dict()
    finally:
        torch.distributed.destroy_process_group()


# A module where a checker rejects it.


def test_adapter_takes_back_what_a_module_has_loaded(recipes: dict[str, Any]) -> None:
    module = nn.Linear(1, 1)
    before = copy.deepcopy(module.state_dict())
    with pytest.raises(RuntimeError, match="Missing key"):
        recipes["ModuleState"](module).load_state_dict({"weight": torch.full((1, 1), 99.0)})
    assert module.state_dict() == before
    with pytest.raises(RuntimeError, match="Missing key"):
        module.load_state_dict({"weight": torch.full((1, 1), 99.0)})
    assert module.weight.item() == 99


# attrs.


@attrs.define
class Metrics(Stateful):
    """The dataclass of docs/writing.md, made with attrs and with slots."""

    seen: int = 0

    def state_dict(self) -> dict[str, Any]:
        return attrs.asdict(self)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.seen = state_dict["seen"]


def test_class_made_with_attrs_is_copied_and_has_slots() -> None:
    restored = Metrics()
    restored.load_state_dict(Metrics(3).state_dict())
    assert restored == Metrics(3)
    assert not hasattr(restored, "__dict__")


# typeguard.


class ReturnsNone:
    def state_dict(self) -> None:
        pass

    def load_state_dict(self, state_dict: list[int]) -> int:
        raise NotImplementedError


class Renamed(Counter):
    def load_state_dict(self, state: dict[str, Any]) -> None:
        pass


class WithoutParameter(Counter):
    def load_state_dict(self) -> None:  # type: ignore[override]
        pass


@pytest.mark.parametrize(
    ("value", "accepted"), [(ReturnsNone(), True), (Renamed(), False), (WithoutParameter(), False)]
)
def test_typeguard_compares_names_and_number_of_parameters(
    value: object, *, accepted: bool
) -> None:
    try:
        typeguard.check_type(value, Stateful)
    except typeguard.TypeCheckError:
        assert not accepted
    else:
        assert accepted
