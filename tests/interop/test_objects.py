"""Whether objects of PyTorch and torchdata match and resume, and what type checkers say of them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from test_resuming import STORAGES
from torch.optim.lr_scheduler import StepLR

from stateful import Stateful
from tests import tables
from tests.interop import objects
from tests.interop.objects import LOSES, NO_MATCH, OBJECTS, RAISES, RESUMES, Object
from tests.pages import code_blocks
from tests.pages.code_blocks import INTEROP_PAGES
from tests.project import read_text
from tests.verdicts.checkers import ASKED, ask, check_comments

each_object = pytest.mark.parametrize("row", OBJECTS, ids=lambda row: row.title)


@pytest.fixture(autouse=True)
def _process_group() -> Iterator[None]:
    with objects.process_group():
        yield


@pytest.mark.parametrize("title", NO_MATCH)
def test_it_does_not_match(title: str) -> None:
    assert not isinstance(NO_MATCH[title][0], Stateful)


@each_object
def test_it_matches_and_an_advanced_one_differs(row: Object) -> None:
    fresh, advanced = row.make(), row.make()
    assert isinstance(fresh, Stateful)
    assert row.observe(row.advance(advanced)) != row.observe(fresh)


def outcome(row: Object, restore: Callable[[Any, Any], None]) -> str:
    """Restore an object, and a third one from that, and say what is seen."""
    original, restored, third = row.make(), row.make(), row.make()
    continued = row.advance(original)
    try:
        restore(original, restored)
        restore(restored, third)
    except RuntimeError:
        return RAISES
    first, *others = [row.observe(value) for value in (continued, restored, third)]
    return RESUMES if others == [first, first] else LOSES


@each_object
def test_what_is_seen_through_each_storage(row: Object) -> None:
    assert outcome(row, STORAGES["torch.save"]) == row.torch_save
    assert outcome(row, STORAGES["torch.distributed.checkpoint"]) == row.distributed


@each_object
def test_as_one_value_it_resumes(row: Object, tmp_path: Path) -> None:
    if row.advice == objects.ANEW:
        pytest.skip("it does not load after its state_dict was called")
    as_one_value = code_blocks.run("docs/pytorch.md", tmp_path)["AsOneValue"]

    def restore(original: Any, restored: Any) -> None:
        STORAGES["torch.distributed.checkpoint"](as_one_value(original), as_one_value(restored))

    assert outcome(row, restore) == RESUMES


def test_scheduler_needs_its_optimizer() -> None:
    parameter = torch.zeros(1, requires_grad=True)
    scheduler, fresh = (StepLR(torch.optim.SGD([parameter], lr=1.0), 1) for _ in range(2))
    scheduler.optimizer.step()
    scheduler.step()
    fresh.load_state_dict(scheduler.state_dict())
    assert fresh.optimizer.param_groups[0]["lr"] != scheduler.optimizer.param_groups[0]["lr"]


def test_table_is_up_to_date() -> None:
    tables.check(objects.object_tables())


# Type checkers

# What is skipped takes half of the time.
MYPY = """
[mypy]
[mypy-torchdata.*]
follow_untyped_imports = True
[mypy-torch._dynamo.*,torch._inductor.*]
follow_imports = skip
"""
# The strict mode of pyright reports what the libraries leave without a type.
CONFIGURATION = {"mypy.ini": MYPY, "pyrightconfig.json": '{"typeCheckingMode": "standard"}'}


@pytest.mark.parametrize("checker", ASKED)
def test_comments_name_every_error(checker: str, tmp_path: Path) -> None:
    checked = {
        "verdicts.py": read_text("tests/interop/verdicts.py"),
        "torch_dcp.py": read_text("docs/examples/torch_dcp.py"),
        **{code_blocks.file_name(page): code_blocks.code(page) for page in INTEROP_PAGES},
    }
    check_comments(ask(checker, tmp_path, checked, CONFIGURATION))
