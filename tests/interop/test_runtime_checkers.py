"""What beartype, typeguard, pydantic, `singledispatch` and `match` accept and reject."""

from __future__ import annotations

import accelerate
import pytest

from tests.interop.runtime_checkers import RUNTIME_CHECKERS
from tests.verdicts import shapes
from tests.verdicts.uses import Counter


@pytest.mark.parametrize("library", RUNTIME_CHECKERS)
@pytest.mark.parametrize("name", ["Exact", "RenamedParameter", "OnlyStateDict"])
def test_accepts(library: str, name: str) -> None:
    accepts, expected = RUNTIME_CHECKERS[library]
    assert accepts(getattr(shapes, name)()) is expected[name]


def test_accelerate_registers_what_has_the_two_methods() -> None:
    accelerator = accelerate.Accelerator(cpu=True)
    accelerator.register_for_checkpointing(Counter())
    with pytest.raises(ValueError, match="OnlyStateDict"):
        accelerator.register_for_checkpointing(shapes.OnlyStateDict())
