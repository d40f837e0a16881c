"""Further classes and calls that type checkers reject, by the headings of docs/rejected.md.

Together with those in `shapes.py`, they show that the page quotes what holds for any class.
"""

# mypy: warn-unreachable

from collections.abc import Callable
from functools import cache
from typing import Any, Generic

from stateful import Stateful, StatefulT
from tests.verdicts.shapes import Exact, OnlyLoadStateDict, OnlyStateDict


def save(part: Stateful) -> dict[str, Any]:
    return part.state_dict()


def restored(target: StatefulT, state_dict: dict[str, Any]) -> StatefulT:
    target.load_state_dict(state_dict)
    return target


# ## A method is missing, has another name, or is reached by `__getattr__`


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


# ## Methods made by a decorator


class Logged:
    def __init__(self, method: Callable[[Any], dict[str, Any]]) -> None:
        self.method = method

    def __call__(self, instance: Any) -> dict[str, Any]:
        return self.method(instance)


class LoggedState(OnlyLoadStateDict):
    @Logged
    def state_dict(self) -> dict[str, Any]:
        return {}


class CachedState:
    @cache
    def state_dict(self) -> dict[str, Any]:
        return {}

    @cache
    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


save(LoggedState())  # E
save(CachedState())  # E


# ## A class instead of an instance


save(Exact)  # E


# ## The value may be `None`


def latest(parts: dict[str, Exact]) -> Exact | None:
    return parts.get("latest")


latest_part: Stateful = latest({})  # E
save(latest({}))  # E


# ## `isinstance` is rejected, or a branch is unreachable


class NeitherMethod:
    parts: list[Any]


# For mypy, what is in these two branches is unreachable.


def check_other_signatures(part: Reports) -> None:
    if isinstance(part, Stateful):  # E: not ty
        print(part)  # E: only mypy


def check_neither_method(part: NeitherMethod | None) -> None:
    if isinstance(part, Stateful):  # E: only zuban
        print(part)  # E: only mypy


def add(part: Reports | Exact | int) -> None:
    if isinstance(part, Stateful):  # E: only pyright, basedpyright
        return
    if part + 1:  # E
        print("added")


def save_one(run: dict[str, object], key: str) -> None:
    if isinstance(run[key], Stateful):
        run[key].state_dict()  # E


def save_listed(values: list[object]) -> None:
    if all(isinstance(value, Stateful) for value in values):
        values[0].state_dict()  # E


def count(part: Reports | Exact) -> int:  # E
    if isinstance(part, Stateful):  # E: only pyright, basedpyright, pyrefly
        return 0


# ## A subclass that changes a signature


class Loader(Stateful):
    def state_dict(self) -> dict[str, Any] | None:  # E
        return None

    def load_state_dict(self, sd: list[Any]) -> None: ...  # E


class Net(Reports, Stateful): ...  # E


# ## A container or a generic class of another class


def save_all(parts: list[Stateful]) -> None: ...
def save_named(parts: dict[str, Stateful]) -> None: ...


listed: list[Exact] = []
named: dict[str, Exact] = {}
save_all(listed)  # E
save_named(named)  # E
everything: list[Stateful] = listed  # E


class Keeper(Generic[StatefulT]):
    def __init__(self, part: StatefulT) -> None:
        self.part = part


def save_keeper(keeper: Keeper[Stateful]) -> None: ...


keeper = Keeper(Exact())
save_keeper(keeper)  # E


# ## A value that does not fit `StatefulT`


restored(3, {})  # E
restored(Clock(), {})  # E
