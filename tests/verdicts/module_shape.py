"""A module with both functions."""

from __future__ import annotations

from typing import Any


def state_dict() -> dict[str, Any]:
    return {}


def load_state_dict(state_dict: dict[str, Any]) -> None: ...
