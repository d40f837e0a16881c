"""What beartype, typeguard and pydantic accept: the functions and models on docs/libraries.md."""

from pathlib import Path
from typing import Any

import accelerate
import beartype.roar
import pydantic
import pytest
import typeguard

from tests.pages import code_blocks
from tests.verdicts.shapes import (
    Exact,
    OnlyStateDict,
    Properties,
    RenamedParameter,
    ReturnsSelf,
    StaticMethods,
)

REJECTIONS = (
    beartype.roar.BeartypeCallHintParamViolation,
    pydantic.ValidationError,
    typeguard.TypeCheckError,
)


@pytest.fixture
def page(tmp_path: Path) -> dict[str, Any]:
    return code_blocks.run("docs/libraries.md", tmp_path)


def accepts(name: str, page: dict[str, Any], value: object) -> bool:
    try:
        page[name](part=value)
    except REJECTIONS:
        return False
    return True


@pytest.mark.parametrize("name", ["save_with_beartype", "Field", "Model"])
def test_most_ask_isinstance(name: str, page: dict[str, Any]) -> None:
    assert accepts(name, page, Exact())
    assert accepts(name, page, RenamedParameter())
    assert not accepts(name, page, OnlyStateDict())


def test_typeguard_compares_the_kind_of_methods_and_the_names_of_parameters(
    page: dict[str, Any],
) -> None:
    assert accepts("save_with_typeguard", page, Exact())
    assert accepts("save_with_typeguard", page, ReturnsSelf())
    for value in (RenamedParameter(), StaticMethods(), Properties()):
        assert not accepts("save_with_typeguard", page, value)


def test_accelerate_registers_what_has_the_two_methods() -> None:
    accelerator = accelerate.Accelerator(cpu=True)
    accelerator.register_for_checkpointing(Exact())
    with pytest.raises(ValueError, match="OnlyStateDict"):
        accelerator.register_for_checkpointing(OnlyStateDict())
