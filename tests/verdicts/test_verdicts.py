"""What type checkers say of every shape, of every use, and of the code that pages show."""

from __future__ import annotations

import sys
from typing import Callable

import pytest

from tests.suite import Suite
from tests.verdicts.checkers import Finding, check, write
from tests.verdicts.declarations import ASSIGNMENT, Declaration

pytestmark = pytest.mark.skipif(
    sys.implementation.name != "cpython", reason="type checkers run on CPython only"
)

WRONG = 'wrong: int = "wrong"\n'


@pytest.fixture(scope="session")
def findings(checker: str, suite: Suite, tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """The errors of a checker in a folder of code that uses the installed library."""
    folder = tmp_path_factory.mktemp(checker).resolve()
    checked = {path: text + WRONG for path, text in suite.checked().items()}
    write(folder, {**suite.needed(), **checked}, suite.mode)
    return check(checker, folder, checked)


def test_verdict(
    checker: str,
    declaration: Declaration,
    findings: list[Finding],
    record_property: Callable[[str, object], None],
) -> None:
    """A checker rejects what it is declared to reject, with that error, and nothing else."""
    record_property("checker", checker)
    assert not declaration.disagreement(checker, findings)


def test_all_else_is_accepted(
    checker: str, suite: Suite, file: str, findings: list[Finding]
) -> None:
    """But for the last line, wrong on purpose: it shows that the file was checked to its end."""
    declared = {
        (declaration.file, line) for declaration in suite.declarations for line in declaration.lines
    }
    others = [finding for finding in findings if finding.file == file]
    others = [finding for finding in others if (file, finding.line) not in declared]
    assert [finding.code for finding in others] == [ASSIGNMENT[checker]]
