"""The tables about real libraries. To write them: tox -e interop-tables."""

from __future__ import annotations

from importlib.metadata import version

from tests.interop.real_objects import OBJECTS, UNTYPED
from tests.interop.runtime_checkers import RUNTIME_CHECKERS
from tests.interop.storages import storages
from tests.verdicts import tables
from tests.verdicts.checkers import CHECKERS

LIBRARIES = [
    "torch",
    "accelerate",
    "lightning",
    "pytorch-ignite",
    "torchdata",
    "torchmetrics",
]
STORAGE_LIBRARIES = ["torch", "numpy", "safetensors"]
RUNTIME_LIBRARIES = ["beartype", "pydantic", "typeguard"]


def seen_with(libraries: list[str]) -> str:
    versions = ", ".join(f"{name} {version(name).split('+')[0]}" for name in libraries)
    return f"Seen with {versions}."


def real_objects() -> str:
    rows = [
        [real.title, tables.run_time(real, yes="✓", no="✗"), *tables.verdicts(real)]
        for real in OBJECTS
    ] + [
        [real.title, tables.run_time(real, yes="✓", no="✗"), *("-" for _ in CHECKERS)]
        for real in UNTYPED
    ]
    table = tables.table(["object", "`isinstance`", *CHECKERS], rows)
    versions = f"{seen_with(LIBRARIES)} The type checkers are {tables.newest()}."
    return f"{table}\n\n{tables.differences(OBJECTS)}\n\n{versions}"


def runtime_checkers() -> str:
    header = ["", "match", "parameter of another name", "no match"]
    rows = [
        [name, *("accepts" if verdict else "rejects" for verdict in expected.values())]
        for name, (_, expected) in RUNTIME_CHECKERS.items()
    ]
    return f"{tables.table(header, rows)}\n\n{seen_with(RUNTIME_LIBRARIES)}"


SECTIONS = {
    "docs/pytorch.md": {"real objects": real_objects},
    "docs/storages.md": {"storages": lambda: f"{storages()}\n\n{seen_with(STORAGE_LIBRARIES)}"},
    "docs/runtime_checkers.md": {"runtime checkers": runtime_checkers},
}


if __name__ == "__main__":
    tables.write(SECTIONS)
