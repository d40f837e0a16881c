"""Whether objects of libraries go on where they were, and whether the advice about them helps."""

from __future__ import annotations

import io
import re
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import torch
from torch import nn
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save

from docs.examples.torch_dcp import Training
from tests.interop.real_objects import OPTIMIZER
from tests.interop.resuming import (
    REAL,
    RESUMES,
    WAYS,
    Real,
    saved,
    through_distributed_checkpoint,
)
from tests.pages.code_blocks import text


def each(name: str, reals: list[Real]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(name, reals, ids=lambda real: real.name)


MATCHING = [real for real in REAL if real.shape.run_time]


@pytest.mark.parametrize("way", WAYS)
@each("real", MATCHING)
def test_outcome(real: Real, way: str) -> None:
    parts = map(re.escape, real.outcomes[way].split("…"))
    assert re.fullmatch(".*".join(parts), real.outcome(WAYS[way]), re.DOTALL)


@each("real", MATCHING)
def test_whatever_is_observed_tells_an_object_that_moved_on_from_a_fresh_one(real: Real) -> None:
    """Otherwise nobody would see that it was lost."""
    advanced = real.observe(real.advance(real.shape.make()))
    fresh = real.observe(real.shape.make())
    assert advanced
    assert [name for name in advanced if advanced[name] == fresh[name]] == []


@each("real", MATCHING)
def test_outcome_has_its_cell(real: Real) -> None:
    cells = [real.shape.title, RESUMES, *(real.outcomes[way] for way in WAYS)]
    assert f"\n| {' | '.join(cells)} |" in text("docs/pytorch.md")


def test_pytorch_stands_first_and_the_libraries_in_order() -> None:
    libraries = [real.shape.title.rpartition(": ")[0] for real in REAL]
    assert libraries == sorted(libraries, key=str.lower)


# What to do about those that do not resume


@each("real", REAL)
def test_there_is_advice_where_it_does_not_resume(real: Real) -> None:
    resumes = bool(real.outcomes) and set(real.outcomes.values()) == {RESUMES}
    assert bool(real.advice) is not resumes


@each("real", REAL)
def test_advice_names_what_the_object_has(real: Real) -> None:
    value = real.shape.make()
    assert all(hasattr(value, name) for name in re.findall(r"its `(\w+)`", real.advice))


def as_bytes(original: Any, restored: Any) -> None:
    with TemporaryDirectory() as folder:
        save({"object": saved(original)}, checkpoint_id=folder)
        values = {"object": b""}
        load(values, checkpoint_id=folder)
    restored.load_state_dict(torch.load(io.BytesIO(values["object"])))


TORCH_SAVE, _ = WAYS


@each("real", [real for real in MATCHING if real.outcomes[TORCH_SAVE] == RESUMES])
def test_snapshot_saved_as_bytes_restores_what_torch_save_does(real: Real) -> None:
    assert real.outcome(as_bytes) == RESUMES


def training(optimizer: torch.optim.Optimizer) -> Training:
    return Training(nn.ParameterList(optimizer.param_groups[0]["params"]), optimizer)


def with_its_model(original: torch.optim.Optimizer, restored: torch.optim.Optimizer) -> None:
    with torch.compiler.set_stance("force_eager"):  # get_state_dict takes a step, as `step` does
        through_distributed_checkpoint(training(original), training(restored))


@each("real", [real for real in MATCHING if real.advice == OPTIMIZER])
def test_optimizer_resumes_with_its_model(real: Real) -> None:
    assert real.outcome(with_its_model) == RESUMES
