"""What type checkers say of every shape and of every use."""

from __future__ import annotations

import inspect
import shutil
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Callable

import code_blocks
import declarations
import module_shape
import pytest
import resume
import shapes
import uses
from checkers import Finding, check
from declarations import SHAPES, USES, Declaration

pytestmark = pytest.mark.skipif(
    sys.implementation.name != "cpython", reason="type checkers run on CPython only"
)

PREAMBLE = [
    "import module_shape",
    "import shapes",
    "from stateful import Stateful",
    "value: Stateful",
]


def lines_of(declaration: Declaration) -> tuple[str, range]:
    """Return the file and the lines in which errors are about this declaration."""
    if declaration in SHAPES:
        first = len(PREAMBLE) + SHAPES.index(declaration) + 1
        return "assignments.py", range(first, first + 1)
    source, first = inspect.getsourcelines(declaration.subject)
    return "uses.py", range(first, first + len(source))


@pytest.fixture(scope="session")
def findings(checker: str, tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """The errors of a checker in a folder of code that uses the installed library."""
    folder = tmp_path_factory.mktemp(checker)
    for module in (declarations, module_shape, resume, shapes, uses):
        shutil.copy(inspect.getfile(module), folder)
    assignments = [*PREAMBLE, *(shape.assignment for shape in SHAPES)]
    (folder / "assignments.py").write_text("\n".join(assignments) + "\n")
    (folder / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    pages = {f"{Path(page).stem.lower()}_page.py": page for page in code_blocks.PAGES}
    for name, page in pages.items():
        (folder / name).write_text(code_blocks.python(page))
    return check(checker, folder, ["assignments.py", "uses.py", "resume.py", *pages])


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
    expected = declaration.refused_by.get(checker)
    assert expected in codes if expected else not codes, (
        f"{declaration.title}: {checker} {version(checker)} was expected to "
        f"{f'refuse it ({expected})' if expected else 'accept it'} and gave "
        f"{', '.join(sorted(codes)) or 'no error'}"
    )


def test_no_error_elsewhere(findings: list[Finding]) -> None:
    """The examples, the code of the pages and what surrounds the declarations are accepted."""
    places = [lines_of(declaration) for declaration in SHAPES + USES]
    elsewhere = [
        finding
        for finding in findings
        if not any(finding.file == file and finding.line in lines for file, lines in places)
    ]
    assert elsewhere == []
