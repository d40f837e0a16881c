"""How an object of a library is declared, and whether a fresh one goes on from its state."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import torch
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.state_dict_loader import load
from torch.distributed.checkpoint.state_dict_saver import save

from tests.verdicts.declarations import ACCEPTED, ASSIGNMENT, Rejections, Shape, shape

T = TypeVar("T")

Advance = Callable[[Any], Any]
"""Lets an object move on, and returns what goes on from there: the object, or its iterator."""

Observe = Callable[[Any], Mapping[str, Any]]
"""Tells what an object, or its iterator, goes on with: each thing by its name."""

Restore = Callable[[Any, Any], None]
"""Saves the state of the first object, and loads it into the second."""

RESUMES = "✓"


def comparable(value: Any) -> Any:
    """Return the value with every tensor as a list, so that == compares every bit."""
    if isinstance(value, torch.Tensor):
        return value.tolist()
    if isinstance(value, Mapping):
        return {key: comparable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [comparable(item) for item in value]
    return value


def state(value: Any) -> dict[str, Any]:
    return {"the state": comparable(value.state_dict())}


def position(items: Iterable[Any]) -> dict[str, Any]:
    return {"the position": comparable(list(items))}


@dataclass(frozen=True)
class Real:
    """An object of a library, and what it has lost after each of the `WAYS` of restoring it."""

    shape: Shape
    advice: str
    advance: Advance = field(default=lambda value: value)
    observe: Observe = state
    outcomes: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.shape.name

    def outcome(self, restore: Restore) -> str:
        """Restore a fresh object, and return what it has lost or the error."""
        original, restored = self.shape.make(), self.shape.make()
        continued = self.advance(original)
        try:
            restore(original, restored)
        except (Exception, CheckpointException) as error:  # noqa: BLE001 (the latter is none)
            return f"`{type(error).__name__}`: {error}"
        expected, found = self.observe(continued), self.observe(restored)
        lost = [name for name in expected if found[name] != expected[name]]
        return f"loses {' and '.join(lost)}" if lost else RESUMES


def saved(value: Any) -> bytes:
    file = io.BytesIO()
    torch.save(value.state_dict(), file)
    return file.getvalue()


def through_torch_save(original: Any, restored: Any) -> None:
    restored.load_state_dict(torch.load(io.BytesIO(saved(original))))


def through_distributed_checkpoint(original: Any, restored: Any) -> None:
    with TemporaryDirectory() as folder:
        save({"object": original}, checkpoint_id=folder)
        load({"object": restored}, checkpoint_id=folder)


WAYS: Mapping[str, Restore] = {
    "`torch.save`": through_torch_save,
    "distributed checkpoint": through_distributed_checkpoint,
}

OBJECTS: list[Shape] = []
REAL: list[Real] = []


def real(  # noqa: PLR0913 (a declaration has many parts)
    title: str,
    *,
    advance: Advance,
    observe: Observe = state,
    torch_save: str = RESUMES,
    distributed: str = RESUMES,
    advice: str = "",
    rejected_by: Rejections = ACCEPTED,
    difference: str = "",
) -> Callable[[T], T]:
    """Declare an object that matches.

    Args:
        title: What the table calls it.
        advance: How it moves on.
        observe: What is to be the same after restoring it.
        torch_save: What it loses through `torch.save`, or the error, with … for the parts of its
            text that are left out.
        distributed: The same for PyTorch's distributed checkpointing.
        advice: What to do where it does not resume.
        rejected_by: The checkers that reject it where a `Stateful` is wanted.
        difference: Why checkers differ, where they do.
    """

    def declare(make: T) -> T:
        declared = shape(
            title, run_time=True, rejected_by=rejected_by, difference=difference, shapes=OBJECTS
        )(make)
        outcomes = dict(zip(WAYS, [torch_save, distributed], strict=True))
        REAL.append(Real(OBJECTS[-1], advice, advance, observe, outcomes))
        return declared

    return declare


def no_match(title: str, *, advice: str) -> Callable[[T], T]:
    """Declare an object that does not match, and what to do about its state."""

    def declare(make: T) -> T:
        declared = shape(title, run_time=False, rejected_by=ASSIGNMENT, shapes=OBJECTS)(make)
        REAL.append(Real(OBJECTS[-1], advice))
        return declared

    return declare
