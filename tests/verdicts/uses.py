"""Uses of the protocol, which nothing runs: type checkers are asked what they say of each.

`# E` says who reports an error for a line: see checkers.py. What a value is taken for shows in
`assert_type`, or in a line that is wrong on purpose.
"""

# mypy: warn-unreachable

from collections.abc import Callable, Mapping, Sequence
from functools import partialmethod, singledispatchmethod
from typing import Any, Generic, ParamSpec, Protocol, TypeGuard, TypeVar

from typing_extensions import TypeIs, assert_type  # E: only mypy 1.0.0

import missing_module  # E
from stateful import Stateful, StatefulT
from tests.classes import Copy, Counter
from tests.verdicts.shapes import (
    Exact,
    OnlyLoadStateDict,
    OnlyStateDict,
    RenamedParameter,
    ReturnsList,
)
from tests.verdicts.shapes import Stateful as NotExportedAgain  # E: only mypy, zuban
from tests.verdicts.untyped import ReturnsIncompatibleKeys

Net = ReturnsIncompatibleKeys  # rejected as a module of PyTorch is
P = ParamSpec("P")
S = TypeVar("S")
T = TypeVar("T")
StatefulT_co = TypeVar("StatefulT_co", bound=Stateful, covariant=True)


class Clock:
    """It has neither method."""


exported_again: NotExportedAgain


# As an annotation


def save(part: Stateful) -> dict[str, Any]:
    return part.state_dict()


def call_the_methods(part: Stateful) -> None:
    state = part.state_dict()
    assert_type(state, dict[str, Any])
    part.load_state_dict(state)
    part.load_state_dict(state_dict=state)
    part.load_state_dict({1: 2})  # E
    part.load_state_dict()  # E
    part.state_dict("prefix")  # E
    part.count = 2  # E
    Stateful()  # E


class WithoutSelf:
    def state_dict() -> dict[str, Any]:  # E: not ty
        return {}


save(Counter())
save(OnlyStateDict())  # E
save(Clock())  # E
save(None)  # E
save(Counter)  # E
save({"latest": Counter()}.get("latest"))  # E


def fits(clock: Clock) -> Stateful:
    return clock  # E


# As the bound of a generic function or class


def restored(target: StatefulT, state: dict[str, Any]) -> StatefulT:
    target.load_state_dict(state)
    return target


def construct(cls: type[StatefulT]) -> StatefulT:
    return cls()


def first(parts: Sequence[StatefulT]) -> StatefulT:
    return parts[0]


def is_bound(part: StatefulT) -> StatefulT:
    return part or Counter()  # E


assert_type(restored(Counter(), {}), Counter)
assert_type(construct(Counter), Counter)
assert_type(first([Counter()]), Counter)
restored(Clock(), {})  # E
construct(OnlyStateDict)  # E


class Keeper(Generic[StatefulT]):
    def __init__(self, part: StatefulT) -> None:
        self.part = part


def save_kept(keeper: Keeper[StatefulT]) -> StatefulT:
    return keeper.part


def save_any_kept(keeper: Keeper[Stateful]) -> None: ...


keeper = Keeper(Counter())
assert_type(save_kept(keeper), Counter)
save_any_kept(keeper)  # E


class Source(Protocol[StatefulT_co]):
    def get(self) -> StatefulT_co: ...


class InvariantSource(Protocol[StatefulT]):  # E: not pyrefly
    def get(self) -> StatefulT: ...


# In checks: the rule is a function whose parameter is an `object`


def follow_the_rule(value: object, values: Mapping[Any, object], cls: type[object]) -> None:
    if isinstance(value, Stateful):
        assert_type(value, Stateful)
    match value:
        case Stateful():
            assert_type(value, Stateful)
        case _:
            save(value)  # E
    parts = [v for v in values.values() if isinstance(v, Stateful) and not isinstance(v, type)]
    assert_type(parts, list[Stateful])
    if issubclass(cls, Stateful):
        assert_type(cls, type[Stateful])


def hand_it_over(part: Net | Counter | Clock | int | None, clocks: list[Clock]) -> None:
    follow_the_rule(part, {"part": part, **vars(clocks[0])}, Clock)
    assert_type(part, Net | Counter | Clock | int | None)


def check_no_variable(run: dict[str, object], key: str, values: list[object]) -> None:
    if isinstance(run[key], Stateful):
        run[key].state_dict()  # E
    if all(isinstance(value, Stateful) for value in values):
        values[0].state_dict()  # E


# Checkers differ about other declared types. `nonsense` is an error where they look


def check_other_types(
    net: Net,
    net_or_none: Net | None,
    rejected_by_all: ReturnsList,
    clock_or_none: Clock | None,
    number_or_text: int | str,
    anything: Any,
    copied: Copy,
) -> None:
    if isinstance(net, Stateful):  # E: only pyright, pyrefly
        net.nonsense()  # E
    if isinstance(net_or_none, Stateful):  # E: only pyright, zuban
        net_or_none.nonsense()  # E: not pyrefly
    if isinstance(rejected_by_all, Stateful):  # E: not ty
        rejected_by_all.nonsense()  # E: not ty
    if isinstance(clock_or_none, Stateful):  # E: only zuban
        clock_or_none.nonsense()  # E: not pyrefly
    if isinstance(number_or_text, Stateful):
        number_or_text.nonsense()  # E: not pyrefly
    if isinstance(anything, Stateful):
        anything.nonsense()  # E: not ty
    if isinstance(copied, Stateful):
        copied.nonsense()  # E


def take_counter_or_clock(part: Counter | Clock) -> None: ...


def check_union(part: RenamedParameter | Counter | Clock) -> int:  # E
    if isinstance(part, Stateful):  # E: only pyright
        take_counter_or_clock(part)  # E: only mypy, ty
        return 0


def is_stateful(value: object) -> TypeGuard[Stateful]:
    return isinstance(value, Stateful)


def is_stateful_net(net: Net) -> TypeIs[Stateful]:  # E: not ty, mypy 1.0.0
    return isinstance(net, Stateful)  # E: only pyright, pyrefly


def use_afterwards(net: Net, part: Stateful | int | None) -> None:
    if is_stateful(net):
        net.state_dict()
    print(net.training)  # E: only pyright
    if part is None or isinstance(part, int):
        return
    if isinstance(part, Stateful):  # E: only pyright
        save(part)


# Classes that inherit


class Named:
    def __init__(self, name: str) -> None:
        self.name = name


class NamedState(Stateful, Named):
    def state_dict(self) -> dict[str, Any]:
        return super().state_dict()  # E: not ty

    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


NamedState("steps")
NamedState()  # E


class Half(OnlyStateDict, Stateful): ...


class MethodsAfter(Stateful, Exact): ...


Half()  # E
MethodsAfter()  # E: not zuban


class Loader(Stateful):
    def state_dict(self) -> dict[str, Any] | None:  # E
        return None

    def load_state_dict(self, sd: list[Any]) -> None: ...  # E


class Reports(OnlyStateDict):
    def load_state_dict(self, state_dict: dict[str, Any]) -> list[str]:
        return []


class StatefulNet(Reports, Stateful): ...  # E


class AbstractPart(Stateful): ...


def abstract_fits(part: AbstractPart) -> Stateful:
    return part


incomplete_class: type[Stateful] = OnlyStateDict  # E
abstract_class: type[Stateful] = AbstractPart  # E: only mypy


def find(kind: type[T]) -> T:
    return kind()


def find_stateful(kind: type[Stateful]) -> None: ...


find(Stateful)  # E: only mypy
find_stateful(Stateful)  # E: not ty


# Methods made by a decorator


class LoggedMethod:
    def __init__(self, method: Callable[[Any], dict[str, Any]]) -> None: ...

    def __call__(self, instance: Any) -> dict[str, Any]:
        return {}


class LoggedState(OnlyLoadStateDict):
    @LoggedMethod
    def state_dict(self) -> dict[str, Any]:
        return {}


def loses_names(
    method: Callable[[S, dict[str, Any]], None],
) -> Callable[[S, dict[str, Any]], None]:
    return method


def keeps_names(method: Callable[P, T]) -> Callable[P, T]:
    return method


class LosesNames(OnlyStateDict):
    @loses_names
    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


class KeepsNames(OnlyStateDict):
    @keeps_names
    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


class Dispatched(OnlyStateDict):
    @singledispatchmethod
    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


class Partial(OnlyStateDict):
    def load(self, state_dict: dict[str, Any], strict: bool) -> None: ...

    load_state_dict = partialmethod(load, strict=True)


save(LoggedState())  # E
save(LosesNames())  # E: not mypy
save(KeepsNames())
save(Dispatched())  # E: only pyright, mypy 1.0.0
save(Partial())  # E: only pyright, mypy 1.0.0


# In containers


def save_all(parts: list[Stateful]) -> None: ...
def save_named(parts: Mapping[str, Stateful]) -> None: ...


listed: list[Counter] = []
save_all(listed)  # E
save_named({"a": Counter(), "b": Exact()})
save_named({"a": Clock()})  # E
save_all([Clock()])  # E
joined = {"a": Counter(), "b": Exact()}
save_named(joined)  # E: only mypy
declared: dict[str, Stateful] = {"a": Counter(), "b": Exact()}
save_named(declared)
first([Counter(), Exact()])  # E: only mypy
for each in [Counter(), Exact()]:
    each.state_dict()  # E: only mypy
copies: list[Copy] = []
save_all(copies)  # E: only pyright, zuban
