"""What is measured under one Python: with pyperf, or with --in-turns against the others."""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import sys
import timeit
from abc import ABC, abstractmethod
from types import SimpleNamespace
from typing import Any, Callable, Protocol, runtime_checkable

import pyperf

from stateful import Stateful


class Match:
    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        pass


class NoMatch:
    pass


@runtime_checkable
class TypingCopy(Protocol):
    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


class AbstractBase(ABC):
    @abstractmethod
    def state_dict(self) -> dict[str, Any]: ...

    @abstractmethod
    def load_state_dict(self, state_dict: dict[str, Any]) -> None: ...


AbstractBase.register(Match)


def torch_protocol() -> Any:
    """Return PyTorch's own protocol, from the one file that it stands in, without PyTorch."""
    spec = importlib.util.spec_from_file_location("torch_stateful", os.environ["TORCH_STATEFUL"])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Stateful


def nominal(base: Any) -> object:
    return type("Nominal", (base,), dict(vars(Match)))()


def tensor(base: Any) -> object:
    import torch  # noqa: PLC0415 (only the workers that need it are to wait for it)

    return torch.zeros(1)


SUBJECTS: dict[str, Callable[[Any], object]] = {
    "match": lambda base: Match(),
    "no match": lambda base: NoMatch(),
    "subclass of the protocol": nominal,
    "instance attributes": lambda base: SimpleNamespace(state_dict=dict, load_state_dict=print),
    "tensor": tensor,
}


@functools.cache
def cached(cls: type) -> bool:
    return issubclass(cls, Stateful)


CHECKS = {
    "stateful": (Stateful, "isinstance(value, base)"),
    "by class": (Stateful, "issubclass(type(value), base)"),
    "cached by class": (Stateful, "cached(type(value))"),
    "PyTorch's own": (torch_protocol(), "isinstance(value, base)"),
    "typing.Protocol": (TypingCopy, "isinstance(value, base)"),
    "ABC": (AbstractBase, "isinstance(value, base)"),
    "two hasattr": (
        object,
        "hasattr(value, 'state_dict') and hasattr(value, 'load_state_dict')",
    ),
}


def subjects() -> dict[str, Callable[[Any], object]]:
    """Return those that can be made under this Python."""
    with_torch = importlib.util.find_spec("torch") is not None
    return {name: make for name, make in SUBJECTS.items() if with_torch or name != "tensor"}


def main() -> None:
    """Measure this library's checks with pyperf."""
    # Short, so that there can be many turns; a fixed number of loops saves a process to find it.
    runner = pyperf.Runner(values=3, warmups=1, loops=4096)
    base, statement = CHECKS["stateful"]
    for subject, make in subjects().items():
        runner.timeit(
            subject,
            statement,
            setup="value = make(base)",
            globals={"base": base, "make": make},
        )


def in_turns(make: Callable[[Any], object]) -> dict[str, float]:
    """Return how many times as long as with this library each check takes.

    They take turns in one process: what differs between processes would hide a few per cent.
    """
    timers = {
        check: timeit.Timer(
            statement, globals={"base": base, "cached": cached, "value": make(base)}
        )
        for check, (base, statement) in CHECKS.items()
    }
    turns = [{check: timer.timeit(500) for check, timer in timers.items()} for _ in range(100)]
    shortest = {check: min(turn[check] for turn in turns) for check in timers}
    return {check: seconds / shortest["stateful"] for check, seconds in shortest.items()}


if __name__ == "__main__":
    if sys.argv[1:] == ["--in-turns"]:
        print(json.dumps({subject: in_turns(make) for subject, make in subjects().items()}))
    else:
        main()
