"""Type checkers know the class of every object: one that is unknown to them they would accept."""

from __future__ import annotations

from pathlib import Path

from tests.suite import Suite
from tests.verdicts.checkers import check, write
from tests.verdicts.declarations import assignments

UNKNOWN_BASE = {
    "zuban": {
        "checkpoint",
        "early_stopping",
        "engine",
        "lightning_data_module",
        "lightning_module",
    }
}
"""The objects that a checker accepts as anything, because it treats a base as unknown."""


def test_no_object_is_accepted_as_an_int(checker: str, suite: Suite, tmp_path: Path) -> None:
    folder = tmp_path.resolve()
    code = assignments(suite.shapes).replace("value: Stateful\n", "value: int\n")
    write(folder, {**suite.needed(), "known.py": code}, suite.mode)
    rejected = {finding.line for finding in check(checker, folder, ["known.py"])}
    accepted = {shape.name for shape in suite.shapes if rejected.isdisjoint(shape.lines)}
    assert accepted == UNKNOWN_BASE.get(checker, set())
