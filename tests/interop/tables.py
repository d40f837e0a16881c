"""The tables about real libraries. To write them: tox -e interop-tables."""

from __future__ import annotations

from importlib.metadata import version

from tests.interop.real_objects import SEEN
from tests.interop.resuming import OBJECTS, REAL, WAYS
from tests.interop.runtime_checkers import RUNTIME_CHECKERS
from tests.interop.storages import storages
from tests.verdicts import tables
from tests.verdicts.checkers import CHECKERS

LIBRARIES = [
    "torch",
    "accelerate",
    "datasets",
    "lightning",
    "litdata",
    "mosaicml-streaming",
    "pytorch-ignite",
    "schedulefree",
    "timm",
    "torchao",
    "torchdata",
    "torchmetrics",
]
STORAGE_LIBRARIES = ["torch", "numpy", "safetensors"]
RUNTIME_LIBRARIES = ["beartype", "pydantic", "typeguard"]


def versions(libraries: list[str]) -> str:
    return ", ".join(f"{name} {version(name).split('+')[0]}" for name in libraries)


def real_objects() -> str:
    rows = [
        [
            real.shape.title,
            tables.answer(real.shape),
            *(real.outcomes.get(way, "") for way in WAYS),
            *tables.verdicts(real.shape),
        ]
        for real in REAL
    ]
    parts = [
        tables.table(["object", "`isinstance`", *WAYS, *CHECKERS], rows),
        "What to do where an object does not match or does not resume:",
        advice(),
        "Where the type checkers differ:",
        tables.differences(OBJECTS),
        f"Seen on {SEEN} with {versions(LIBRARIES)}. The type checkers are {tables.newest()}.",
    ]
    return "\n\n".join(parts)


def advice() -> str:
    """List what to do about objects, with those for which that is the same in one item."""
    return tables.merged((real.advice, real.shape.title) for real in REAL if real.advice)


def runtime_checkers() -> str:
    header = ["", "match", "parameter of another name", "no match"]
    rows = [
        [name, *("accepts" if verdict else "rejects" for verdict in expected.values())]
        for name, (_, expected) in RUNTIME_CHECKERS.items()
    ]
    return f"{tables.table(header, rows)}\n\nSeen with {versions(RUNTIME_LIBRARIES)}."


SECTIONS = {
    "docs/pytorch.md": {"real objects": real_objects},
    "docs/storages.md": {
        "storages": lambda: f"{storages()}\n\nSeen with {versions(STORAGE_LIBRARIES)}."
    },
    "docs/runtime_checkers.md": {"runtime checkers": runtime_checkers},
}


if __name__ == "__main__":
    tables.write(SECTIONS)
