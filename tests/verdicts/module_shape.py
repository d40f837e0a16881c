"""A module with both functions."""

from typing import Any


def state_dict() -> dict[str, Any]:
    return {}


def load_state_dict(state_dict: dict[str, Any]) -> None: ...
