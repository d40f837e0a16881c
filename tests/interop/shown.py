"""What the pages about PyTorch show, and objects to save."""

import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import nn

from tests.pages import content


def shown(page: str) -> Any:
    """Run the code of a page, and return its names."""
    with tempfile.TemporaryDirectory() as folder:
        return SimpleNamespace(**content.run(page, Path(folder)))


PYTORCH, VALUES = shown("docs/pytorch.md"), shown("docs/values.md")


class Holder:
    """Its snapshot is what it is given."""

    def __init__(self, **state: Any) -> None:
        self.state = state

    def state_dict(self) -> dict[str, Any]:
        return dict(self.state)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.state = state_dict


def linear() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(2, 1)
