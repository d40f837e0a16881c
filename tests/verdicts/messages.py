"""What mypy and pyright print where they reject a shape or a use. To record it: tox -e tables."""

from __future__ import annotations

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.suite import Suite, ask

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.verdicts.checkers import Finding

CHECKERS = ["mypy", "pyright"]
FILE = Path(__file__).with_name("messages.json")


def recorded() -> Mapping[str, Mapping[str, str]]:
    """Return the messages by checker and name of the declaration."""
    messages: Mapping[str, Mapping[str, str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return messages


def found(suite: Suite, findings: Sequence[Finding]) -> dict[str, str]:
    """Return the first message about each declaration."""
    messages: dict[str, str] = {}
    for declaration in suite.declarations:
        for finding in findings:
            if declaration.is_about(finding):
                # mypy gives a class inside a function its module and its line.
                text = re.sub(r"[\w.]+\.(\w+)@\d+", r'"\1"', finding.message)
                messages.setdefault(declaration.name, text)
    return messages


def record(suite: Suite) -> None:
    with TemporaryDirectory() as folder:
        printed = {
            checker: found(suite, ask(checker, suite, Path(folder, checker)))
            for checker in CHECKERS
        }
    FILE.write_text(f"{json.dumps(printed, indent=2)}\n", encoding="utf-8")
