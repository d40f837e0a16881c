"""Whether objects of libraries match and resume, and what type checkers say of them."""

import inspect
import io
import re
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.distributed
from torch import nn
from torch._C._distributed_c10d import HashStore
from torch.distributed.checkpoint.stateful import Stateful as TorchStateful

from docs.examples.test_resuming import STORAGES
from docs.examples.torch_dcp import Training
from stateful import Stateful
from tests.interop import library_tables, objects, verdicts
from tests.interop.objects import OBJECTS, Object
from tests.interop.storages import Holder
from tests.interop.torch_cases import TENSORS
from tests.pages.code_blocks import INTEROP_PAGES, code, file_name, run
from tests.pages.tables import rendered
from tests.project import read_text
from tests.verdicts.checkers import ASKED, ask, check_comments


@pytest.fixture(autouse=True)
def _process_group() -> Iterator[None]:
    """Give DistributedDataParallel the group that it wants, of this process alone."""
    torch.distributed.init_process_group("gloo", store=HashStore(), rank=0, world_size=1)
    yield
    torch.distributed.destroy_process_group()


def rows(wanted: Callable[[Object], object]) -> pytest.MarkDecorator:
    found = {name: row for name, row in OBJECTS.items() if wanted(row)}
    return pytest.mark.parametrize("row", found.values(), ids=found)


def made(row: Object) -> Any:
    try:
        return row.make()
    except ModuleNotFoundError as error:
        pytest.skip(f"{row.title}: {error}")


@rows(lambda _: True)
def test_both_protocols_answer_alike(row: Object) -> None:
    value = made(row)
    assert isinstance(value, Stateful) is isinstance(value, TorchStateful) is bool(row.course)


def outcome(row: Object, restore: Callable[[Any, Any], None]) -> str:
    """Restore an object, and another one from that: return what was lost, or the error."""
    assert row.course
    original, restored, again = made(row), made(row), made(row)
    continued = row.course.advance(original)
    try:
        restore(row.course.saved(original), row.course.saved(restored))
        restore(row.course.saved(restored), row.course.saved(again))
    except Exception as error:  # noqa: BLE001 (each library has its own)
        raised = error.__cause__ or error  # that of PyTorch's loader is not an `Exception`
        return f"`{type(raised).__name__}`: {raised}"
    expected = row.course.observe(continued)
    if row.course.observe(restored) != expected:
        return "loses"
    return "" if row.course.observe(again) == expected else "loses if it is saved again"


@pytest.mark.parametrize("storage", TENSORS)
@rows(lambda row: row.course)
def test_outcome(row: Object, storage: str) -> None:
    field = "torch_save" if storage == "torch.save" else "distributed"
    expected, found = getattr(row, field), outcome(row, STORAGES[storage])
    if "loses" in expected:
        pattern = "loses if it is saved again" if expected == objects.SECOND else "loses"
    else:
        pattern = ".*".join(map(re.escape, expected.split("…")))
    assert re.fullmatch(pattern, found, re.DOTALL), f"{row.title}: set {field} to {found!r}"


@rows(lambda row: row.course)
def test_advanced_object_differs_from_a_fresh_one(row: Object) -> None:
    """Otherwise nobody would see that its state was lost."""
    assert row.course
    fresh, advanced = made(row), row.course.advance(made(row))
    assert row.course.observe(advanced) != row.course.observe(fresh)


# What to do


@rows(lambda row: library_tables.seen(row) != "resumes")
def test_there_is_advice_where_it_does_not_resume(row: Object) -> None:
    assert row.advice, f"{row.title} needs advice"


def with_its_model(original: torch.optim.Optimizer, restored: torch.optim.Optimizer) -> None:
    STORAGES["torch.distributed.checkpoint"](
        Training(nn.ParameterList(original.param_groups[0]["params"]), original),
        Training(nn.ParameterList(restored.param_groups[0]["params"]), restored),
    )


@rows(lambda row: row.advice == objects.WITH_MODEL)
def test_with_its_model_it_resumes(row: Object) -> None:
    assert outcome(row, with_its_model) == ""


def as_bytes(original: Any, restored: Any) -> None:
    file = io.BytesIO()
    torch.save(original.state_dict(), file)
    saved, loaded = Holder(object=file.getvalue()), Holder(object=b"")
    STORAGES["torch.distributed.checkpoint"](saved, loaded)
    restored.load_state_dict(torch.load(io.BytesIO(loaded.state["object"])))


@rows(lambda row: row.advice == objects.BYTES)
def test_as_bytes_it_resumes(row: Object) -> None:
    assert outcome(row, as_bytes) == ""


@rows(lambda row: objects.ONE_VALUE in row.advice)
def test_as_one_value_it_resumes_as_through_torch_save(row: Object, tmp_path: Path) -> None:
    as_one_value = run("docs/pytorch.md", tmp_path)["AsOneValue"]

    def restore(original: Any, restored: Any) -> None:
        STORAGES["torch.distributed.checkpoint"](as_one_value(original), as_one_value(restored))

    assert outcome(row, restore) == outcome(row, STORAGES["torch.save"])


@rows(lambda row: row.torch_save == objects.SECOND)
def test_after_an_item_it_can_be_saved_again(row: Object) -> None:
    """A restored object that has given an item is saved in turn, and keeps its position.

    Saved before it has given one, it loses its position: that is what the row says.
    """
    original, restored, again = made(row), made(row), made(row)
    left = objects.begin(original)
    STORAGES["torch.save"](original, restored)
    iterator = iter(restored)
    next(iterator)
    STORAGES["torch.save"](restored, again)
    assert objects.position(again) == objects.position(left)[1:]


@rows(lambda row: row.course == objects.SCHEDULER)
def test_without_its_optimizer_a_scheduler_does_not_resume(row: Object) -> None:
    alone = row._replace(course=objects.SCHEDULER._replace(saved=lambda scheduler: scheduler))
    assert outcome(alone, STORAGES["torch.save"]) == "loses"


def test_iterable_dataset_stays_as_short_as_what_was_left() -> None:
    original, restored = objects.iterable_dataset(), objects.iterable_dataset()
    left = objects.begin(original)
    restored.load_state_dict(original.state_dict())
    expected = list(left)
    assert [list(restored) for _ in range(3)] == [expected] * 3


def persistent(metric: Any) -> Any:
    metric.persistent(mode=True)
    return metric


@pytest.mark.parametrize("storage", TENSORS)
def test_metric_resumes_after_persistent(storage: str) -> None:
    row = OBJECTS["metric"]
    persistent_row = row._replace(make=lambda: persistent(row.make()))
    assert outcome(persistent_row, STORAGES[storage]) == ""


def test_metric_with_lists_resumes_after_persistent_as_one_value(tmp_path: Path) -> None:
    row = OBJECTS["list_metric"]
    as_one_value = run("docs/pytorch.md", tmp_path)["AsOneValue"]
    course = objects.METRIC._replace(saved=as_one_value)
    persistent_row = row._replace(make=lambda: persistent(row.make()), course=course)
    assert outcome(persistent_row, STORAGES["torch.distributed.checkpoint"]) == ""


def test_extremes_are_lost() -> None:
    torchmetrics = pytest.importorskip("torchmetrics")
    metric, restored = (persistent(torchmetrics.MinMaxMetric(objects.metric())) for _ in range(2))
    metric.update(torch.tensor(3.0))
    metric.compute()
    restored.load_state_dict(metric.state_dict())
    assert restored.compute() != metric.compute()


# The page


def test_tables_are_up_to_date() -> None:
    for page, contents in library_tables.contents().items():
        command = "tox exec -e interop -- python -m tests.interop.library_tables"
        assert read_text(page) == rendered(page, contents), f"{page}: run {command}"


# Type checkers


MYPY = """
[mypy]
[mypy-accelerate.*,datasets.*,torchdata.*]
follow_untyped_imports = True
# Nothing here depends on these, which take half of the time.
[mypy-transformers.*,torch._dynamo.*,torch._inductor.*]
follow_imports = skip
"""
# The strict mode of pyright reports what the libraries leave without a type.
CONFIGURATION = {"mypy.ini": MYPY, "pyrightconfig.json": '{"typeCheckingMode": "standard"}'}


def test_verdicts_are_about_the_classes_of_the_objects() -> None:
    """What a type checker accepts is also given to `add`, which takes an `int` and so rejects it.

    A class that the checker does not know would be accepted there too.
    """
    declared = inspect.get_annotations(verdicts.save_each)
    for name, row in OBJECTS.items():
        generic: Any = typing.get_origin(declared[name])
        value = made(row)
        assert isinstance(value, generic or declared[name]), f"verdicts.py: {name} is {type(value)}"
    assert {*OBJECTS, "return"} == declared.keys()
    saved = library_tables.comments_on_calls("save")
    assert saved.keys() == OBJECTS.keys()
    accepted = {name for name, comment in saved.items() if not comment}
    assert accepted <= library_tables.comments_on_calls("add").keys()


@pytest.mark.parametrize("checker", ASKED)
def test_comments_name_every_error(checker: str, tmp_path: Path) -> None:
    checked = {
        path: read_text(path) for path in (library_tables.VERDICTS, "docs/examples/torch_dcp.py")
    }
    pages = {file_name(page): code(page) for page in INTEROP_PAGES}
    check_comments(ask(checker, tmp_path, {**checked, **pages}, CONFIGURATION))
