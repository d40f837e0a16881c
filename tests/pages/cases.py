"""How to make and advance each class that the pages and examples show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable

from docs.examples import resume, test_resuming
from docs.examples.test_resuming import Case

Cases = Mapping[str, Mapping[str, Callable[[Mapping[str, Any]], Case[Any]]]]
"""By the page or module: how a case is made from its names, for each class."""


def advance(attribute: str) -> Callable[[Any], object]:
    """Return a step that adds one to an attribute, and shows it."""

    def step(value: Any) -> object:
        setattr(value, attribute, getattr(value, attribute) + 1)
        return getattr(value, attribute)

    return step


def add_to_average(average: Any) -> list[float]:
    average.total += 1.5
    average.count += 1
    return [average.total, average.count]


def add_to_weights(weights: Any) -> list[float]:
    weights.values = [value + 1 for value in weights.values]
    return list(weights.values)


def add_to_snapshot(progress: Any) -> int:
    progress.snapshot["step"] += 1
    return int(progress.snapshot["step"])


def train(network: resume.Network) -> list[float]:
    _, gradient = network.gradient(resume.POINTS)
    network.parameters[:] = [a - 0.01 * b for a, b in zip(network.parameters, gradient)]
    return list(network.parameters)


def descend(momentum: resume.Momentum) -> list[float]:
    """Show the velocity only: the parameters are the state of the network."""
    momentum.step([1.0, 2.0])
    return list(momentum.velocity)


count = advance("count")
COUNTER = {"Counter": lambda names: Case(names["Counter"], count)}

CASES: Cases = {
    "README.md": COUNTER,
    "docs/recognizing.md": COUNTER,
    "docs/resuming.md": COUNTER,
    "docs/migrating.md": COUNTER,
    "docs/helpers.md": {
        **COUNTER,
        "Group": lambda names: Case(
            lambda: names["Group"](
                one=names["Counter"](), inner=names["Group"](two=names["Counter"]())
            ),
            lambda group: [count(group.parts["one"]), count(group.parts["inner"].parts["two"])],
            misfits=[{"one": {"count": 9}, "inner": {"two": {}}}, {}],
        ),
    },
    "docs/matching.md": {
        "Progress": lambda names: Case(names["Progress"], add_to_snapshot),
        "Logged": lambda names: Case(
            lambda: names["Logged"](names["Progress"]()),
            lambda logged: add_to_snapshot(logged.inner),
        ),
    },
    "docs/writing.md": {
        "Sampler": lambda names: Case(lambda: names["Sampler"](5), names["Sampler"].next_index),
        "Average": lambda names: Case(names["Average"], add_to_average),
        "Weights": lambda names: Case(
            lambda: names["Weights"](2), add_to_weights, misfits=[{"values": [1.0]}]
        ),
        "Progress": lambda names: Case(
            names["Progress"], advance("step"), misfits=[{"version": 3, "step": 1}]
        ),
        "Tolerant": lambda names: Case(names["Tolerant"], advance("step")),
        "Metrics": lambda names: Case(names["Metrics"], advance("seen"), misfits=[{"loss": 1.0}]),
    },
    "docs.examples.resume": {
        "Network": lambda names: Case(
            resume.Network, train, misfits=[{"parameters": [0.0]}, {"parameters": ["0"] * 49}]
        ),
        "Momentum": lambda names: Case(
            lambda: resume.Momentum([0.0, 0.0]), descend, misfits=[{"velocity": [1.0]}]
        ),
        "ShufflingSampler": lambda names: Case(
            lambda: resume.ShufflingSampler(20, 3), resume.ShufflingSampler.next_batch
        ),
        "Progress": lambda names: Case(
            resume.Progress,
            lambda progress: [progress.advance(1.0 / (progress.step + 1)), progress.loss],
            misfits=[{"step": -1, "loss": 0.0}, {"step": 1, "loss": "low"}],
        ),
    },
    "docs.examples.test_resuming": {
        "Countdown": lambda names: test_resuming.CASES["Countdown"],
    },
}
