"""What docs/pytorch.md and docs/values.md say, and the classes that they show."""

# ruff: noqa: NPY002 (the generators of the process are what one page is about)

import copy
import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch
import torch.distributed
from torch import nn
from torch._C._distributed_c10d import HashStore
from torch.ao.quantization.observer import PerChannelMinMaxObserver
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.default_planner import DefaultLoadPlanner
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import distribute_tensor
from torch.optim.swa_utils import AveragedModel
from torch.utils.data import DataLoader, Dataset
from torchdata.stateful_dataloader import StatefulDataLoader
from torchdata.stateful_dataloader.sampler import RandomSampler

from docs.examples import torch_dcp
from docs.examples.test_resuming import STORAGES, text
from docs.examples.torch_dcp import Training
from tests.interop.objects import fill
from tests.interop.storages import Holder
from tests.interop.torch_cases import TENSORS, TORCH_CASES, linear, new_training, train_a_step
from tests.pages import code_blocks
from tests.pages.page_cases import PAGE_CASES, check_classes_shown

CASES = {**PAGE_CASES, **TORCH_CASES}


@pytest.mark.parametrize("source", CASES)
def test_class_that_is_shown_resumes_through_storages_of_pytorch_too(
    source: str, tmp_path: Path
) -> None:
    check_classes_shown(source, CASES[source], tmp_path)


@pytest.fixture
def pages(tmp_path: Path) -> Any:
    """The names of what pages show."""
    return lambda page: SimpleNamespace(**code_blocks.run(page, tmp_path))


@pytest.fixture
def progress(pages: Any) -> Any:
    """An object whose first version counted epochs, as docs/writing.md shows it."""
    return pages("docs/writing.md").Progress()


def save_and_load(saved: object, fresh: object, folder: Path, **options: Any) -> Any:
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
    holder = save_and_load(Holder(a=saved), Holder(a=copy.deepcopy(fresh)), tmp_path)
    assert text(holder.state) == text({"a": loaded})


@pytest.mark.parametrize(
    ("saved", "fresh", "message"),
    [
        ({"b": 1}, {"b": 0, "c": 0}, "Missing key in checkpoint state_dict"),
        ([ONE], [], "Missing key in checkpoint state_dict"),
        ([{"b": 1}], [], "Missing key in checkpoint state_dict"),
        ({"b": 1}, None, "Missing key in checkpoint state_dict"),
        (ONE, None, "Invalid checkpoint metadata"),
        (ONE, 0.0, "Invalid checkpoint metadata"),
        (ONE, torch.zeros(2), "Size mismatch"),
    ],
)
def test_what_raises(saved: Any, fresh: Any, message: str, tmp_path: Path) -> None:
    assert not issubclass(CheckpointException, Exception)
    with pytest.raises(CheckpointException, match=message):
        save_and_load(Holder(a=saved), Holder(a=fresh), tmp_path)


def test_old_and_new_keys_cannot_be_saved(tmp_path: Path) -> None:
    with pytest.raises(CheckpointException, match="duplicated flatten key"):
        save({"value": Holder(a={0: 0, "0": 1})}, checkpoint_id=tmp_path)


def test_nested_objects_are_replaced_and_yours_stay(tmp_path: Path) -> None:
    saved, yours = Holder(a=7), Holder(a=0)
    one, other = save_and_load([saved, {"key": saved}], [yours, {"key": yours}], tmp_path)
    assert [yours.state, one.state, other["key"].state] == [{"a": 0}, {"a": 7}, {"a": 7}]


# A model and its optimizer


def test_fresh_optimizer_that_is_loaded_as_it_is_loses_its_moments(tmp_path: Path) -> None:
    trained, fresh = new_training(), new_training()
    train_a_step(trained)
    trained.optimizer.param_groups[0]["lr"] = 0.5
    loaded = save_and_load(trained.optimizer, fresh.optimizer, tmp_path)
    assert [loaded.param_groups[0]["lr"], dict(loaded.state)] == [0.5, {}]


def test_snapshot_of_a_fresh_optimizer_has_states_that_have_not_begun() -> None:
    value = new_training()
    first, _ = value.model.parameters()
    assert value.optimizer.state[first] == {}  # leaves an empty state behind
    snapshot = value.state_dict()
    assert snapshot["begun"] == []
    assert all(snapshot["state"].values())
    train_a_step(value)
    assert value.state_dict()["begun"] == ["weight", "bias"]


def test_layers_that_were_thawed_come_back_frozen() -> None:
    thawed, frozen = new_training(), new_training()
    frozen.model.requires_grad_(requires_grad=False)
    frozen.load_state_dict(thawed.state_dict())
    assert not any(parameter.requires_grad for parameter in frozen.model.parameters())


# Wrapped modules


@pytest.fixture
def _process_group() -> Iterator[None]:
    torch.distributed.init_process_group("gloo", store=HashStore(), rank=0, world_size=1)
    yield
    torch.distributed.destroy_process_group()


def compiled(module: nn.Module) -> nn.Module:
    return cast("nn.Module", torch.compile(module))


PREFIX_ONLY = [compiled, nn.parallel.DistributedDataParallel]
WRAPPERS = [*PREFIX_ONLY, AveragedModel]


@pytest.mark.usefixtures("_process_group")
@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_wrapper_has_a_prefix(wrapper: Callable[[nn.Module], nn.Module], pages: Any) -> None:
    adapter = pages("docs/pytorch.md").ModuleState
    wrapped, plain = adapter(wrapper(linear())), adapter(linear())
    with pytest.raises(RuntimeError, match=r"Missing key\(s\) in state_dict"):
        plain.load_state_dict(wrapped.state_dict())
    assert all(
        key.startswith(("_orig_mod.", "module.", "n_averaged")) for key in wrapped.state_dict()
    )


def test_compiled_in_place_a_module_has_no_prefix() -> None:
    module = linear()
    module.compile()
    assert list(module.state_dict()) == ["weight", "bias"]


def test_average_is_restored_with_its_wrapper_only(pages: Any) -> None:
    adapter = pages("docs/pytorch.md").ModuleState
    average, restored = AveragedModel(linear()), AveragedModel(linear())
    for _ in range(2):
        average.update_parameters(linear())
    adapter(restored.module).load_state_dict(adapter(average.module).state_dict())
    assert restored.n_averaged == 0
    adapter(restored).load_state_dict(adapter(average).state_dict())
    assert restored.n_averaged == 2


@pytest.mark.usefixtures("_process_group")
@pytest.mark.parametrize("wrapper", PREFIX_ONLY)
@pytest.mark.parametrize("storage", TENSORS)
def test_training_takes_the_wrapper_or_the_module(
    wrapper: Callable[[nn.Module], nn.Module], storage: str
) -> None:
    for original, restored in ((wrapper(linear()), linear()), (linear(), wrapper(linear()))):
        fill(original)
        one, other = (
            Training(model, torch.optim.AdamW(model.parameters())) for model in (original, restored)
        )
        STORAGES[storage](one, other)
        assert [parameter.tolist() for parameter in restored.parameters()] == [[[7, 7]], [7]]


def test_module_casts_another_dtype(pages: Any) -> None:
    half = nn.Linear(2, 1).half()
    pages("docs/pytorch.md").ModuleState(half).load_state_dict(linear().state_dict())
    assert half.weight.dtype == torch.float16


# Several optimizers


def stepped() -> torch.optim.Optimizer:
    parameter = nn.Parameter(torch.ones(1))
    parameter.grad = torch.ones(1)
    optimizer = torch.optim.SGD([parameter], lr=0.1, momentum=0.9)
    optimizer.step()
    return optimizer


def test_optimizer_keeps_the_tensors_that_it_is_given() -> None:
    source, target = stepped(), stepped()
    target.load_state_dict(source.state_dict())
    [given], [kept] = source.state.values(), target.state.values()
    assert kept["momentum_buffer"] is given["momentum_buffer"]


# Old checkpoints, and one value

VERSIONS: list[dict[str, Any]] = [{"epoch": 3}, {"version": 2, "step": 3000}]


def test_planner_gives_a_class_its_own_fresh_values(progress: Any, tmp_path: Path) -> None:
    planner = DefaultLoadPlanner(allow_partial_load=True)
    assert save_and_load(Holder(**VERSIONS[0]), progress, tmp_path, planner=planner).step == 0


def test_old_keys_are_loaded_as_plain_values(progress: Any, tmp_path: Path) -> None:
    progress.load_state_dict(save_and_load(Holder(**VERSIONS[0]), {"epoch": 0}, tmp_path))
    assert progress.step == 3000


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_is_loaded_as_one_value(
    version: dict[str, Any], pages: Any, progress: Any, tmp_path: Path
) -> None:
    one_value = pages("docs/pytorch.md").AsOneValue
    save_and_load(one_value(Holder(**version)), one_value(progress), tmp_path)
    assert progress.step == 3000


def test_one_value_has_any_keys_and_needs_no_device(
    pages: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one_value = pages("docs/pytorch.md").AsOneValue
    saved, fresh = Holder(a={0: 1, 1: ONE}, b=[{"c": 1}]), Holder()
    missing_device = f"cuda:{torch.cuda.device_count()}"
    monkeypatch.setattr("torch.serialization.location_tag", lambda storage: missing_device)
    save_and_load(one_value(saved), one_value(fresh), tmp_path)
    assert text(fresh.state) == text(saved.state)


@pytest.mark.usefixtures("_process_group")
def test_sharded_values_are_not_taken_as_one(pages: Any) -> None:
    sharded = distribute_tensor(ONE, init_device_mesh("cpu", (1,)))
    with pytest.raises(TypeError, match="sharded"):
        pages("docs/pytorch.md").AsOneValue(Holder(a=[{"b": sharded}])).state_dict()


class Growing(nn.Linear):
    """A module whose extra state gets another shape."""

    def __init__(self) -> None:
        super().__init__(2, 1)
        self.history = torch.zeros(0)

    def get_extra_state(self) -> torch.Tensor:
        return self.history

    def set_extra_state(self, state: Any) -> None:
        self.history = state


def test_training_whose_extra_state_has_grown_is_loaded_as_one_value(
    pages: Any, tmp_path: Path
) -> None:
    one_value = pages("docs/pytorch.md").AsOneValue
    grown, fresh = Growing(), Growing()
    grown.history = torch.ones(3)
    saved, loaded = (
        Training(module, torch.optim.SGD(module.parameters())) for module in (grown, fresh)
    )
    save_and_load(one_value(saved), one_value(loaded), tmp_path)
    assert fresh.history.tolist() == [1, 1, 1]


@pytest.mark.parametrize("storage", TENSORS)
def test_model_whose_buffers_change_their_shape_is_loaded_as_one_value(
    storage: str, pages: Any
) -> None:
    shown = pages("docs/pytorch.md")
    observer, fresh = PerChannelMinMaxObserver(), PerChannelMinMaxObserver()
    observer(torch.tensor([[1.0], [2.0]]))
    assert observer.min_val.shape != fresh.min_val.shape
    saved, loaded = (shown.AsOneValue(shown.ModuleState(model)) for model in (observer, fresh))
    STORAGES[storage](saved, loaded)
    assert fresh.min_val.tolist() == [1, 2]


# Values and random numbers


@pytest.mark.parametrize(
    "array",
    [
        np.array([1.5, np.nan]),
        np.array([1j, np.nan]),
        np.zeros((0, 3)),
        np.ones((2, 1), "u1"),
        np.array([2**63 + 1, 1], "u8"),
    ],
)
def test_array_gets_the_values_of_another(array: Any, pages: Any) -> None:
    held = np.zeros_like(array)
    pages("docs/values.md").load_array(held, array.tolist())
    assert text(held) == text(array)


@pytest.mark.parametrize("wrong", [[1], 1, [[1, 2]], [1.7, 1], [300.0, 1], [None, 1]])
def test_array_keeps_its_values_if_others_do_not_fit(wrong: object, pages: Any) -> None:
    held = np.zeros(2, "u1")
    with pytest.raises((ValueError, TypeError, OverflowError)):
        pages("docs/values.md").load_array(held, wrong)
    assert held.tolist() == [0, 0]


def test_state_of_numpy_does_not_count_what_spawn_gave() -> None:
    generator = np.random.default_rng(0)
    before = generator.bit_generator.state
    generator.spawn(1)
    assert generator.bit_generator.state == before


def draw_from_all() -> list[float]:
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
    draw_from_all()
    here, expected = generators.state_dict(), draw_from_all()
    generators.load_state_dict(here)
    with pytest.raises((Exception, KeyboardInterrupt)):
        generators.load_state_dict({**before, **misfit})
    assert draw_from_all() == expected


def test_generators_are_those_of_the_cpu_whatever_the_default_device(pages: Any) -> None:
    generators = pages("docs/values.md").Generators()
    sampler = torch_dcp.Sampler(70, 16, 0, 1)
    noise = torch_dcp.Noise(0, 1)
    expected = text([sampler.next_batch(), noise.draw(2)])
    with torch.device("meta"):  # stands for CUDA
        state = generators.state_dict()
        generators.load_state_dict(state)
        sampler.load_state_dict({**sampler.state_dict(), "batches": 0})
        noise.load_state_dict(torch_dcp.Noise(0, 1).state_dict())
        assert text([sampler.next_batch(), noise.draw(2)]) == expected


def epoch(loader: Iterable[Any]) -> list[int]:
    return [batch.item() for batch in loader]


def loader(*, shuffle: bool) -> DataLoader[int]:
    return DataLoader(cast("Dataset[int]", range(8)), shuffle=shuffle)


@pytest.mark.parametrize("shuffle", [True, False])
def test_between_epochs_generators_are_restored_before_iter(pages: Any, *, shuffle: bool) -> None:
    generators = pages("docs/values.md").Generators()
    original = loader(shuffle=shuffle)
    epoch(original)
    state = generators.state_dict()
    expected = epoch(original), draw_from_all()
    generators.load_state_dict(state)
    assert (epoch(loader(shuffle=shuffle)), draw_from_all()) == expected


@pytest.mark.parametrize("shuffle", [True, False])
def test_in_an_epoch_generators_are_restored_after_iter(pages: Any, *, shuffle: bool) -> None:
    """Then the generators go on as they would have, and the order comes back if there is none."""
    generators = pages("docs/values.md").Generators()
    original = iter(loader(shuffle=shuffle))
    seen = [next(original), next(original)]
    state = generators.state_dict()
    expected = epoch(original), draw_from_all()
    resumed = iter(loader(shuffle=shuffle))
    generators.load_state_dict(state)
    for _ in seen:
        next(resumed)
    assert ((epoch(resumed), draw_from_all()) == expected) is not shuffle


def test_sampler_is_ahead_of_what_workers_give() -> None:
    sampler = torch_dcp.Sampler(16, 1, 0, 1)
    batches: Any = (sampler.next_batch() for _ in range(16))
    dataset = cast("Dataset[int]", range(16))
    next(iter(DataLoader(dataset, batch_sampler=batches, num_workers=2)))
    assert sampler.batches > 1


@pytest.mark.parametrize("workers", [0, 2])
def test_stateful_data_loader_brings_the_order_back(workers: int) -> None:
    def loader() -> StatefulDataLoader[int]:
        return StatefulDataLoader(range(8), shuffle=True, num_workers=workers)

    original, resumed = loader(), loader()
    epoch(original)
    left = iter(original)
    next(left)
    state = original.state_dict()
    torch.manual_seed(9)
    resumed.load_state_dict(state)
    assert epoch(resumed) == epoch(left)


def loader_with_own_generators(workers: int) -> StatefulDataLoader[int]:
    sampler = RandomSampler(range(8), generator=torch.Generator())
    return StatefulDataLoader(
        range(8), sampler=sampler, num_workers=workers, generator=torch.Generator()
    )


@pytest.mark.parametrize("restored_first", [True, False])
@pytest.mark.parametrize("workers", [0, 2])
def test_loader_with_own_generators_leaves_those_of_the_process_alone(
    workers: int, pages: Any, *, restored_first: bool
) -> None:
    generators = pages("docs/values.md").Generators()
    original, resumed = loader_with_own_generators(workers), loader_with_own_generators(workers)
    left = iter(original)
    next(left)
    state, of_the_process = original.state_dict(), generators.state_dict()
    expected = epoch(left), draw_from_all(), epoch(original), draw_from_all()

    torch.manual_seed(9)
    resumed.load_state_dict(state)
    if restored_first:
        generators.load_state_dict(of_the_process)
    iterator = iter(resumed)
    if not restored_first:
        generators.load_state_dict(of_the_process)
    assert (epoch(iterator), draw_from_all(), epoch(resumed), draw_from_all()) == expected


needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")


@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=needs_cuda)])
def test_own_generator_of_pytorch(device: str, pages: Any) -> None:
    as_tensor = pages("docs/values.md").as_tensor
    one, other = torch.Generator(device), torch.Generator(device).manual_seed(7)
    state = one.get_state().tolist()
    with pytest.raises(RuntimeError, match="RNG state"):
        other.set_state(as_tensor([*state, 0]))
    other.set_state(as_tensor(state))
    assert other.get_state().tolist() == state


# A class made with attrs, as docs/writing.md says


def test_fields_of_a_class_made_with_attrs() -> None:
    attrs = pytest.importorskip("attrs")
    metrics = attrs.make_class("Metrics", ["loss", "last"])(0.5, [])
    assert [field.name for field in attrs.fields(type(metrics))] == ["loss", "last"]
