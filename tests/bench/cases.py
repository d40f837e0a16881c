"""What is measured under one Python: with pyperf, or with --in-turns against one other."""

from __future__ import annotations

import importlib.util
import json
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
    """Return PyTorch's own protocol, from its file, so that the import takes no time."""
    torch = importlib.util.find_spec("torch")
    if torch is None or torch.submodule_search_locations is None:
        return None
    folder = torch.submodule_search_locations[0]
    spec = importlib.util.spec_from_file_location(
        "torch_stateful", f"{folder}/distributed/checkpoint/stateful.py"
    )
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
    "nominal subclass": nominal,
    "instance attributes": lambda base: SimpleNamespace(state_dict=dict, load_state_dict=print),
    "tensor": tensor,
}

CHECKS = {
    "stateful": (Stateful, "isinstance(value, base)"),
    "PyTorch's own": (torch_protocol(), "isinstance(value, base)"),
    "typing.Protocol": (TypingCopy, "isinstance(value, base)"),
    "ABC": (AbstractBase, "isinstance(value, base)"),
    "two hasattr": (
        object,
        "hasattr(value, 'state_dict') and hasattr(value, 'load_state_dict')",
    ),
}


def main() -> None:
    runner = pyperf.Runner(processes=1, values=5, min_time=0.02)
    with_torch = CHECKS["PyTorch's own"][0] is not None
    for subject, make in SUBJECTS.items():
        for check, (base, statement) in CHECKS.items():
            if base is not None and (subject != "tensor" or with_torch):
                runner.timeit(
                    f"{subject}, {check}",
                    statement,
                    setup="value = make(base)",
                    globals={"base": base, "make": make},
                )


def in_turns(check: str, subject: str) -> float:
    """Return how many times as long as with this library a check takes.

    The two take turns in one process: what differs between processes would hide a few per cent.
    """
    timers = []
    for name in ("stateful", check):
        base, statement = CHECKS[name]
        names = {"base": base, "value": SUBJECTS[subject](base)}
        timers.append(timeit.Timer(statement, globals=names))
    turns = [[timer.timeit(2000) for timer in timers] for _ in range(100)]
    ours, theirs = (min(times) for times in zip(*turns))
    return theirs / ours


if __name__ == "__main__":
    if sys.argv[1:2] == ["--in-turns"]:
        print(json.dumps({subject: in_turns(sys.argv[2], subject) for subject in sys.argv[3:]}))
    else:
        main()
