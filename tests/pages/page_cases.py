"""How to make and advance the classes that the pages and examples show."""

from collections.abc import Callable
from importlib import import_module
from inspect import isabstract
from pathlib import Path
from typing import Any

import pytest
import test_resuming
from test_resuming import Case
from typing_extensions import is_protocol

from stateful import Stateful
from tests.classes import Counter
from tests.pages import code_blocks

MakeCases = Callable[[dict[str, Any]], dict[str, Case[Any]]]
"""A case for each class, made from the names of the page or module that shows it."""


def advance(attribute: str) -> Callable[[Any], object]:
    """Return a step that adds one to an attribute, and shows it."""

    def step(value: Any) -> object:
        setattr(value, attribute, getattr(value, attribute) + 1)
        return getattr(value, attribute)

    return step


count = advance("count")


def counter(names: dict[str, Any]) -> dict[str, Case[Any]]:
    return {"Counter": Case(names["Counter"], count)}


def add_to_metrics(metrics: Any) -> list[float]:
    metrics.last.append(len(metrics.last) / 2)
    return list(metrics.last)


def writing(names: dict[str, Any]) -> dict[str, Case[Any]]:
    longer = names["Sampler"](9)
    longer.next_index()
    return {
        "Sampler": Case(
            lambda: names["Sampler"](5), names["Sampler"].next_index, [longer.state_dict()]
        ),
        "Progress": Case(names["Progress"], advance("step"), [{"version": 3, "step": 1}]),
        "Metrics": Case(names["Metrics"], add_to_metrics, [{"loss": 1.0}]),
    }


def learn(model: Any) -> list[float]:
    model.learn(0.5, 1.0)
    return [*model.weights, *model.velocity]


def resumed(names: dict[str, Any]) -> dict[str, Case[Any]]:
    lengths = [{"weights": [0.0] * 8, "velocity": [0.0]}, {"weights": [0.0], "velocity": [0.0]}]
    samplers: list[dict[str, Any]] = [
        {"length": 5, "drawn": -1},
        {"length": 5, "drawn": 0.5},
        {"length": 6, "drawn": 1},
    ]
    return {
        "Polynomial": Case(names["Polynomial"], learn, lengths),
        "Sampler": Case(lambda: names["Sampler"](5), names["Sampler"].next_index, samplers),
    }


def checkpointer(names: dict[str, Any]) -> dict[str, Case[Any]]:
    def nested() -> Any:
        return names["Group"](one=Counter(), inner=names["Group"](two=Counter()))

    def count_both(group: Any) -> object:
        return [count(group.parts["one"]), count(group.parts["inner"].parts["two"])]

    misfits: list[dict[str, Any]] = [{"one": {"count": 9}, "inner": {"two": {}}}, {}]
    return {"Group": Case(nested, count_both, misfits)}


PAGE_CASES: dict[str, MakeCases] = {
    "README.md": counter,
    "docs/checkpointer.md": counter,
    "docs/writing.md": writing,
    "docs/testing.md": counter,
    "docs/using.md": counter,
    "checkpointer": checkpointer,
    "resume": resumed,
    "test_resuming": lambda names: names["CASES"],
}


# The tests to copy, applied to a case

TESTS: dict[str, Callable[[Case[Any]], None]] = {
    name: check for name, check in vars(test_resuming).items() if name.startswith("test_")
}


def failures(case: Case[Any]) -> dict[str, str]:
    """Return the first line of what each check says that fails."""
    lines = {}
    for name, check in TESTS.items():
        try:
            check(case)
        except AssertionError as error:  # noqa: PERF203
            lines[name] = str(error).splitlines()[0]
        except pytest.skip.Exception:
            assert case.view
    return lines


def check_classes_shown(source: str, make_cases: MakeCases, folder: Path) -> None:
    """Put each class that a page or a module shows through all checks."""
    names = code_blocks.run(source, folder) if ".md" in source else vars(import_module(source))
    shown = {
        name
        for name, value in names.items()
        if isinstance(value, type) and value.__module__ == names["__name__"]
        if issubclass(value, Stateful) and not is_protocol(value) and not isabstract(value)
    }
    cases = make_cases(names)
    # Half is shown to lose its state, and Training needs a step before it is saved.
    missing = shown - {"Half", "Training"} - cases.keys()
    assert not missing, (
        f"{source}: say how {missing} advance, in page_cases.py or interop/test_pages.py"
    )
    for name, case in cases.items():
        assert failures(case) == {}, f"{source}: {name}"
