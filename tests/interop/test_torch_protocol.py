"""PyTorch's protocol and this one: the same answers, and the differences for a nominal subclass."""

from typing import Any

import pytest
from torch import nn
from torch.distributed.checkpoint.stateful import Stateful as TorchStateful

from stateful import Stateful
from tests.verdicts import shapes

MATCHING = [shapes.Exact, shapes.RenamedParameter, shapes.Properties, shapes.DataAttributes]
OTHERS = [shapes.OnlyStateDict, shapes.OnlyLoadStateDict, shapes.NoneMember, shapes.OnlyGetattr]


@pytest.mark.parametrize("cls", MATCHING + OTHERS)
def test_both_answer_alike(cls: type[Any]) -> None:
    assert isinstance(cls(), TorchStateful) is isinstance(cls(), Stateful) is (cls in MATCHING)


def test_each_protocol_is_a_subclass_of_the_other() -> None:
    assert issubclass(Stateful, TorchStateful)
    assert issubclass(TorchStateful, Stateful)


@pytest.mark.parametrize(("base", "other"), [(Stateful, TorchStateful), (TorchStateful, Stateful)])
def test_nominal_subclass_matches_its_own_protocol_whatever_it_has(base: Any, other: Any) -> None:
    without = type("Without", (base,), {"state_dict": None, "load_state_dict": None})
    assert isinstance(without(), base)
    assert not isinstance(without(), other)


class StatefulFirst(Stateful, nn.Module):
    """Names the protocol before the module, and so has to pass both methods on."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(2, 2)

    def state_dict(self, **options: Any) -> dict[str, Any]:  # type: ignore[override]
        return nn.Module.state_dict(self, **options)

    def load_state_dict(self, state_dict: dict[str, Any], **options: Any) -> None:  # type: ignore[override]
        nn.Module.load_state_dict(self, state_dict, **options)


class StatefulLast(nn.Module, Stateful):
    """Names the protocol after the module, whose methods then count."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(2, 2)


@pytest.mark.parametrize("cls", [StatefulFirst, StatefulLast])
def test_module_that_inherits_from_the_protocol_is_constructed(cls: type[nn.Module]) -> None:
    assert sorted(cls().state_dict()) == ["linear.bias", "linear.weight"]


def test_with_the_protocol_of_pytorch_the_module_is_not_initialized() -> None:
    class TorchFirst(TorchStateful, nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(2, 2)

    with pytest.raises(AttributeError, match=r"before Module\.__init__"):
        TorchFirst()  # type: ignore[abstract]


def test_with_the_protocol_of_pytorch_an_incomplete_class_loses_its_state() -> None:
    half = type("Half", (TorchStateful,), {"load_state_dict": lambda self, state_dict: None})
    assert half().state_dict() is None
