"""Type checkers know the class of every object: one that is unknown to them they would accept."""

from __future__ import annotations

from pathlib import Path

from tests.suite import Suite
from tests.verdicts.checkers import check, write
from tests.verdicts.declarations import assignments


def test_no_object_is_accepted_as_none(checker: str, suite: Suite, tmp_path: Path) -> None:
    folder = tmp_path.resolve()
    code = assignments(suite.shapes).replace("value: Stateful\n", "value: None\n")
    write(folder, {**suite.needed(), "known.py": code}, suite.mode)
    rejected = {finding.line for finding in check(checker, folder, ["known.py"])}
    unknown = [shape.title for shape in suite.shapes if rejected.isdisjoint(shape.lines)]
    assert unknown == []
