"""Further classes and calls that type checkers reject, by the headings of docs/rejected.md.

Together with those in `shapes.py`, they show that the page quotes what holds for any class.
"""

from typing import Any, Protocol

from stateful import Stateful, StatefulT
from tests.verdicts.shapes import Exact, OnlyStateDict
from tests.verdicts.test_uses import find, restored


def save(part: Stateful) -> dict[str, Any]:
    return part.state_dict()


# ## A method is missing, or has another name


class Clock:
    def get_state(self) -> dict[str, Any]:
        return {}

    def set_state(self, state: dict[str, Any]) -> None: ...


clock: Stateful = Clock()  # E


# ## The parameter has another name, or is positional-only or keyword-only


class Scheduler(OnlyStateDict):
    def load_state_dict(self, sd: dict[str, float], strict: bool = True) -> None: ...


save(Scheduler())  # E: not mypy


# ## A further parameter has no default


class Strict(OnlyStateDict):
    def load_state_dict(self, state_dict: dict[str, float], *, strict: bool) -> None: ...


save(Strict())  # E


# ## `load_state_dict` returns something


class Reports(OnlyStateDict):
    def load_state_dict(self, state_dict: dict[str, Any], strict: bool = True) -> list[str]:
        return []


reports: Stateful = Reports()  # E


# ## The methods are async


class Remote(OnlyStateDict):
    async def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


save(Remote())  # E


# ## A class instead of an instance


save(Exact)  # E


# ## The value may be `None`


def latest(parts: dict[str, Exact]) -> Exact | None:
    return parts.get("latest")


latest_part: Stateful = latest({})  # E
save(latest({}))  # E


# ## A subclass that changes a signature


class Loader(Stateful):
    def state_dict(self) -> dict[str, Any] | None:  # E
        return None

    def load_state_dict(self, sd: list[Any]) -> None: ...  # E


# ## A list or a dictionary of another class


def save_all(parts: list[Stateful]) -> None: ...
def save_named(parts: dict[str, Stateful]) -> None: ...


listed: list[Exact] = []
named: dict[str, Exact] = {}
save_all(listed)  # E
save_named(named)  # E
everything: list[Stateful] = listed  # E


# ## A value that does not fit `StatefulT`


restored(3, {})  # E
restored(Clock(), {})  # E


# ## `Stateful` itself for a `type[T]`


find(Stateful, [Exact()])  # E: only mypy


# ## A generic protocol over `StatefulT`


class Source(Protocol[StatefulT]):  # E: not pyrefly
    def get(self) -> StatefulT: ...


# ## `super().state_dict()` in a subclass


class Extending(Stateful):
    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "step": 0}  # E: not pyrefly, ty

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict(state_dict)  # E: not pyrefly, ty, mypy 1.0.0
