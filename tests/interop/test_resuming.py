"""Whether the objects of libraries go on where they were, once restored into a fresh one."""

from __future__ import annotations

import re

import pytest

from tests.interop import real_objects  # noqa: F401 (declares REAL)
from tests.interop.resuming import REAL, RESUMES, WAYS, Real

MATCHING = [real for real in REAL if real.shape.run_time]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("real", MATCHING, ids=lambda real: real.name)
def test_outcome(real: Real, way: str) -> None:
    parts = map(re.escape, real.outcomes[way].split("…"))
    assert re.fullmatch(".*".join(parts), real.outcome(way), re.DOTALL)


@pytest.mark.parametrize("real", MATCHING, ids=lambda real: real.name)
def test_each_thing_observed_differs_from_that_of_a_fresh_object(real: Real) -> None:
    """Otherwise nobody would see that it was lost."""
    advanced = real.observe(real.advance(real.shape.make()))
    fresh = real.observe(real.shape.make())
    assert advanced
    assert [name for name in advanced if advanced[name] == fresh[name]] == []


@pytest.mark.parametrize("real", REAL, ids=lambda real: real.name)
def test_there_is_advice_where_it_does_not_resume(real: Real) -> None:
    resumes = bool(real.outcomes) and set(real.outcomes.values()) == {RESUMES}
    assert bool(real.advice) is not resumes
