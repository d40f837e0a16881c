"""Modules of PyTorch that inherit from the protocol."""

from __future__ import annotations

from typing import Any

from torch import nn

from stateful import Stateful


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
