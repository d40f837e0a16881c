"""What type checkers say of every shape and of every use."""

from __future__ import annotations

import inspect
import sys
from typing import Callable

import code_blocks
import declarations
import module_shape
import pytest
import resume
import shapes
import uses
from checkers import Finding, check, write
from code_blocks import PAGES
from declarations import SHAPES, USES, Declaration, assignment_line, assignments

pytestmark = pytest.mark.skipif(
    sys.implementation.name != "cpython", reason="type checkers run on CPython only"
)


def lines_of(declaration: Declaration) -> tuple[str, range]:
    """Return the file and the lines in which errors are about this declaration."""
    if declaration in SHAPES:
        first = assignment_line(SHAPES, declaration)
        return "assignments.py", range(first, first + 1)
    source, first = inspect.getsourcelines(declaration.subject)
    return "uses.py", range(first, first + len(source))


@pytest.fixture(scope="session")
def findings(checker: str, tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """The errors of a checker in a folder of code that uses the installed library."""
    folder = tmp_path_factory.mktemp(checker)
    texts = {"assignments.py": assignments(SHAPES), **code_blocks.modules(PAGES)}
    write(folder, [declarations, module_shape, resume, shapes, uses], texts, mode="strict")
    return check(checker, folder, ["uses.py", "resume.py", *texts])


@pytest.mark.parametrize("declaration", SHAPES + USES, ids=lambda declaration: declaration.name)
def test_verdict(
    checker: str,
    declaration: Declaration,
    findings: list[Finding],
    record_property: Callable[[str, object], None],
) -> None:
    """A checker refuses what it is declared to refuse, with that error, and nothing else."""
    record_property("checker", checker)
    file, lines = lines_of(declaration)
    codes = {finding.code for finding in findings if finding.file == file and finding.line in lines}
    assert not declaration.disagreement(checker, codes)


def test_no_error_elsewhere(findings: list[Finding]) -> None:
    """The examples, the code of the pages and what surrounds the declarations are accepted."""
    places = [lines_of(declaration) for declaration in SHAPES + USES]
    elsewhere = [
        finding
        for finding in findings
        if not any(finding.file == file and finding.line in lines for file, lines in places)
    ]
    assert elsewhere == []
