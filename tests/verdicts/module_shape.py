"""Its functions are called like methods: `module.state_dict()`."""

from typing import Any


def state_dict() -> dict[str, Any]:
    return {}


def load_state_dict(state_dict: dict[str, Any]) -> None:
    pass
