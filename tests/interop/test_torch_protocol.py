"""PyTorch's protocol and this one: the same answers, and either in the place of the other."""

from __future__ import annotations

from typing import Any

import pytest
from torch import nn
from torch.distributed.checkpoint.stateful import Stateful as TorchStateful

from stateful import Stateful
from tests.interop.modules import StatefulFirst, StatefulLast
from tests.interop.resuming import OBJECTS
from tests.verdicts.declarations import SHAPES, Shape

CHECKED = [shape for shape in [*SHAPES, *OBJECTS] if isinstance(shape.run_time, bool)]


@pytest.mark.parametrize("checked", CHECKED, ids=lambda checked: checked.name)
def test_same_answer_for_every_object(checked: Shape) -> None:
    value = checked.make()
    assert isinstance(value, TorchStateful) is isinstance(value, Stateful)


def test_each_protocol_is_a_subclass_of_the_other() -> None:
    assert issubclass(Stateful, TorchStateful)
    assert issubclass(TorchStateful, Stateful)


@pytest.mark.parametrize("cls", [StatefulFirst, StatefulLast])
def test_module_that_inherits_from_the_protocol_is_constructed(cls: type[nn.Module]) -> None:
    assert sorted(cls().state_dict()) == ["linear.bias", "linear.weight"]


def test_module_that_inherits_from_the_protocol_first_and_passes_nothing_on() -> None:
    class Shadowed(Stateful, nn.Module):  # type: ignore[misc]
        pass

    with pytest.raises(TypeError, match="abstract class Shadowed"):
        Shadowed()  # type: ignore[abstract]


def test_with_the_protocol_of_pytorch_the_module_is_not_initialized() -> None:
    """The difference, if a class inherits from the protocol; see `docs/migrating.md`."""

    class TorchFirst(TorchStateful, nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(2, 2)

    with pytest.raises(AttributeError, match=r"before Module\.__init__"):
        TorchFirst()  # type: ignore[abstract]


def test_with_the_protocol_of_pytorch_an_incomplete_class_loses_its_state() -> None:
    class Half(TorchStateful):
        def load_state_dict(self, state_dict: dict[str, Any]) -> None:
            pass

    assert Half().state_dict() is None  # type: ignore[abstract]
