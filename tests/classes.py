"""Classes that tests in several folders use."""

from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class Copy(Protocol):
    """A copy of the protocol, as many code bases have it."""

    def state_dict(self) -> dict[str, Any]: ...
    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


class Counter:
    """The usual one, without a base."""

    def __init__(self, count: int = 0) -> None:
        self.count = count

    def state_dict(self) -> dict[str, Any]:
        return {"count": self.count}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.count = state_dict["count"]


class View:
    """Its snapshot holds its own list, as the protocol allows."""

    def __init__(self) -> None:
        self.values = [0]

    def state_dict(self) -> dict[str, Any]:
        return {"values": self.values}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.values[:] = state_dict["values"]


class Keeper(View):
    """It keeps the caller's list, as PyTorch's optimizers do."""

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.values = state_dict["values"]


class Interrupted(View):
    """Somebody presses Ctrl-C while it loads, unless it goes back to its start."""

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        if state_dict["values"] != [0]:
            raise KeyboardInterrupt
