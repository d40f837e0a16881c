"""What beartype, typeguard, pydantic, `singledispatch` and `match` accept and refuse."""

from __future__ import annotations

import accelerate
import pytest
import shapes
from runtime_checkers import RUNTIME_CHECKERS
from uses import Counter


@pytest.mark.parametrize("library", RUNTIME_CHECKERS)
@pytest.mark.parametrize("shape", ["Exact", "RenamedParameter", "OnlyStateDict"])
def test_accepts(library: str, shape: str) -> None:
    accepts, expected = RUNTIME_CHECKERS[library]
    assert accepts(getattr(shapes, shape)()) is expected[shape]


def test_accelerate_registers_what_has_the_two_methods() -> None:
    accelerator = accelerate.Accelerator(cpu=True)
    accelerator.register_for_checkpointing(Counter())
    with pytest.raises(ValueError, match="OnlyStateDict"):
        accelerator.register_for_checkpointing(shapes.OnlyStateDict())
