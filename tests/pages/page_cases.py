"""How to make and advance the classes that the pages and examples show."""

from collections.abc import Callable
from typing import Any

from docs.examples import resume, test_resuming
from docs.examples.test_resuming import Case

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


def using(names: dict[str, Any]) -> dict[str, Case[Any]]:
    group, one = names["Group"], names["Counter"]
    return {
        **counter(names),
        "Group": Case(
            lambda: group(one=one(), inner=group(two=one())),
            lambda value: [count(value.parts["one"]), count(value.parts["inner"].parts["two"])],
            misfits=[{"one": {"count": 9}, "inner": {"two": {}}}, {}],
        ),
    }


def add_to_snapshot(progress: Any) -> object:
    progress.snapshot["step"] += 1
    return progress.snapshot["step"]


def rejected(names: dict[str, Any]) -> dict[str, Case[Any]]:
    return {
        "Progress": Case(names["Progress"], add_to_snapshot),
        "Logged": Case(
            lambda: names["Logged"](names["Progress"]()),
            lambda logged: add_to_snapshot(logged.inner),
        ),
    }


def add_to_weights(weights: Any) -> list[float]:
    weights.values = [value + 1 for value in weights.values]
    return list(weights.values)


def add_to_metrics(metrics: Any) -> list[float]:
    metrics.last.append(len(metrics.last) / 2)
    return list(metrics.last)


def writing(names: dict[str, Any]) -> dict[str, Case[Any]]:
    return {
        "Sampler": Case(lambda: names["Sampler"](5), names["Sampler"].next_index),
        "Weights": Case(lambda: names["Weights"](2), add_to_weights, misfits=[{"values": [1.0]}]),
        "Progress": Case(names["Progress"], advance("step"), misfits=[{"version": 3, "step": 1}]),
        "Metrics": Case(names["Metrics"], add_to_metrics, misfits=[{"loss": 1.0}]),
    }


def learn(model: resume.Polynomial) -> list[float]:
    model.learn(0.5, 1.0)
    return [*model.weights, *model.velocity]


def example(_: object) -> dict[str, Case[Any]]:
    lengths = [{"weights": [0.0] * 8, "velocity": [0.0]}, {"weights": [0.0], "velocity": [0.0]}]
    numbers: list[dict[str, Any]] = [{"drawn": -1}, {"drawn": 0.5}]
    return {
        "Polynomial": Case(resume.Polynomial, learn, misfits=lengths),
        "Sampler": Case(lambda: resume.Sampler(5), resume.Sampler.next_index, misfits=numbers),
    }


CASES: dict[str, MakeCases] = {
    "README.md": counter,
    "docs/writing.md": writing,
    "docs/testing.md": counter,
    "docs/using.md": using,
    "docs/rejected.md": rejected,
    "docs.examples.resume": example,
    "docs.examples.test_resuming": lambda _: test_resuming.CASES,
}
