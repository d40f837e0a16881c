"""Whether objects of libraries match and resume, and what type checkers say of them."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import torchmetrics
from torch import nn
from torch.distributed.checkpoint.stateful import Stateful as TorchStateful

from docs.examples.test_resuming import STORAGES
from docs.examples.torch_dcp import Training
from stateful import Stateful
from tests.interop import library_tables, objects
from tests.interop.objects import OBJECTS, Object
from tests.interop.storages import Holder
from tests.interop.torch_cases import TENSORS
from tests.pages.code_blocks import INTEROP_PAGES, code, file_name, run
from tests.pages.tables import rendered
from tests.project import read_text
from tests.verdicts.checkers import ASKED, check_comments


def each(wanted: Callable[[Object], object]) -> pytest.MarkDecorator:
    rows = {name: row for name, row in OBJECTS.items() if wanted(row)}
    return pytest.mark.parametrize("row", rows.values(), ids=rows)


@each(lambda _: True)
def test_both_protocols_answer_alike(row: Object) -> None:
    value = row.make()
    assert isinstance(value, Stateful) is isinstance(value, TorchStateful) is bool(row.kind)


def outcome(row: Object, restore: Callable[[Any, Any], None]) -> str:
    """Restore an object, and another one from that: return what was lost, or the error."""
    assert row.kind
    original, restored, again = row.make(), row.make(), row.make()
    continued = row.kind.move(original)
    try:
        restore(row.kind.saved(original), row.kind.saved(restored))
        restore(row.kind.saved(restored), row.kind.saved(again))
    except Exception as error:  # noqa: BLE001 (each library has its own)
        raised = error.__cause__ or error  # that of PyTorch's loader is none of `Exception`
        return f"`{type(raised).__name__}`: {raised}"
    expected = row.kind.observe(continued)
    if row.kind.observe(restored) != expected:
        return "loses"
    return "" if row.kind.observe(again) == expected else "loses if it is saved again"


@pytest.mark.parametrize("storage", TENSORS)
@each(lambda row: row.kind)
def test_outcome(row: Object, storage: str) -> None:
    expected = row.torch_save if storage == "torch.save" else row.distributed
    found = outcome(row, STORAGES[storage])
    print(found)
    if "loses" in expected:
        assert found == ("loses if it is saved again" if expected == objects.SECOND else "loses")
    else:
        assert re.fullmatch(".*".join(map(re.escape, expected.split("…"))), found, re.DOTALL)


@each(lambda row: row.kind)
def test_what_is_observed_tells_an_object_that_moved_on_from_a_fresh_one(row: Object) -> None:
    """Otherwise nobody would see that it was lost."""
    assert row.kind
    assert row.kind.observe(row.kind.move(row.make())) != row.kind.observe(row.make())


# What to do


@each(lambda _: True)
def test_there_is_advice_where_it_does_not_resume(row: Object) -> None:
    assert bool(row.advice) is (library_tables.resumes(row) != "yes")


def with_its_model(original: torch.optim.Optimizer, restored: torch.optim.Optimizer) -> None:
    trained, fresh = (
        Training(nn.ParameterList(optimizer.param_groups[0]["params"]), optimizer)
        for optimizer in (original, restored)
    )
    STORAGES["torch.distributed.checkpoint"](trained, fresh)


def as_bytes(original: Any, restored: Any) -> None:
    file = io.BytesIO()
    torch.save(original.state_dict(), file)
    saved, loaded = Holder(object=file.getvalue()), Holder(object=b"")
    STORAGES["torch.distributed.checkpoint"](saved, loaded)
    restored.load_state_dict(torch.load(io.BytesIO(loaded.state["object"])))


@each(lambda row: row.advice in (objects.WITH_MODEL, objects.BYTES))
def test_with_its_model_or_as_bytes_it_resumes(row: Object) -> None:
    assert outcome(row, with_its_model if row.advice == objects.WITH_MODEL else as_bytes) == ""


@each(lambda row: objects.ONE_VALUE in row.advice)
def test_as_one_value_it_resumes_as_through_torch_save(row: Object, tmp_path: Path) -> None:
    as_one_value = run("docs/pytorch.md", tmp_path)["AsOneValue"]

    def restore(original: Any, restored: Any) -> None:
        STORAGES["torch.distributed.checkpoint"](as_one_value(original), as_one_value(restored))

    assert outcome(row, restore) == outcome(row, STORAGES["torch.save"])


@each(lambda row: row.torch_save == objects.SECOND)
def test_after_an_item_it_can_be_saved_again(row: Object) -> None:
    original, restored, again = row.make(), row.make(), row.make()
    left = objects.DATA.move(original)
    STORAGES["torch.save"](original, restored)
    goes_on = iter(restored)
    next(goes_on)
    STORAGES["torch.save"](restored, again)
    assert objects.DATA.observe(again) == objects.DATA.observe(left)[1:]


@each(lambda row: row.kind and row.kind.saved is objects.with_optimizer)
def test_without_its_optimizer_a_scheduler_does_not_resume(row: Object) -> None:
    assert row.kind
    alone = row._replace(kind=row.kind._replace(saved=lambda value: value))
    assert outcome(alone, STORAGES["torch.save"]) == "loses"


def test_iterable_dataset_stays_as_short_as_what_was_left() -> None:
    original, restored = objects.iterable_dataset(), objects.iterable_dataset()
    left = objects.DATA.move(original)
    restored.load_state_dict(original.state_dict())
    expected = list(left)
    assert [list(restored) for _ in range(3)] == [expected] * 3


@pytest.mark.parametrize("storage", TENSORS)
def test_metric_resumes_after_persistent(storage: str) -> None:
    def make() -> torchmetrics.Metric:
        persistent = torchmetrics.SumMetric()
        persistent.persistent(mode=True)
        return persistent

    assert outcome(Object("", make, objects.METRIC), STORAGES[storage]) == ""


# The page


def test_tables_are_up_to_date() -> None:
    """Otherwise run: tox exec -e interop -- python -m tests.interop.library_tables."""
    for page, contents in library_tables.contents().items():
        assert read_text(page) == rendered(page, contents)


# Type checkers


MYPY = """
[mypy-accelerate.*,datasets.*,litdata.*,schedulefree.*,torchao.*,torchdata.*]
follow_untyped_imports = True
# Nothing here depends on these, which take half of the time.
[mypy-transformers.*,torch._dynamo.*,torch._inductor.*]
follow_imports = skip
"""
# The strict mode of pyright reports what the libraries leave without a type.
CONFIGURATION = {"mypy.ini": MYPY, "pyrightconfig.json": '{"typeCheckingMode": "standard"}'}
UNKNOWN_TO_ZUBAN = ["engine", "lightning_module"]  # which takes a base for unknown


def test_verdicts_are_about_the_classes_of_the_objects() -> None:
    line = r"^(\w+): Stateful = cast\((?:\w+\.)*(\w+)"
    classes = dict(re.findall(line, read_text(library_tables.VERDICTS), re.MULTILINE))
    assert classes.keys() == OBJECTS.keys()
    for name, row in OBJECTS.items():
        assert classes[name] in [cls.__name__ for cls in type(row.make()).__mro__]


@pytest.mark.parametrize("checker", ASKED)
def test_comments_name_every_error(checker: str, tmp_path: Path) -> None:
    """And type checkers know the class of every object: one that is unknown fits an `int` too."""
    checked = {
        path: read_text(path) for path in (library_tables.VERDICTS, "docs/examples/torch_dcp.py")
    }
    pages = {file_name(page): code(page) for page in INTEROP_PAGES}
    as_int = re.sub(
        r": Stateful = (cast.*\)).*", r": int = \1  # E", read_text(library_tables.VERDICTS)
    )
    for name in UNKNOWN_TO_ZUBAN:
        as_int = re.sub(f"^({name}: .*# E)", r"\1: not zuban", as_int, flags=re.MULTILINE)
    check_comments(checker, tmp_path, {**checked, **pages, "as_int.py": as_int}, CONFIGURATION)
