"""What type checkers say of every shape, of every use, and of the code that pages show."""

from __future__ import annotations

from importlib.metadata import version
from typing import Callable

import pytest

from tests.project import pinned
from tests.suite import Suite, ask
from tests.verdicts import messages
from tests.verdicts.checkers import Finding
from tests.verdicts.declarations import ASSIGNMENT, Declaration
from tests.verdicts.test_checkers import on_cpython

pytestmark = on_cpython


@pytest.fixture(scope="session")
def findings(checker: str, suite: Suite, tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    return ask(checker, suite, tmp_path_factory.mktemp(checker))


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


def test_message_is_the_one_recorded(
    checker: str, suite: Suite, findings: list[Finding], pytestconfig: pytest.Config
) -> None:
    """Otherwise run: tox -e tables."""
    if pytestconfig.getoption("suite") != "verdicts":
        pytest.skip("the messages about libraries are not on the pages")
    if checker not in messages.CHECKERS or version(checker) != pinned(checker)[-1]:
        pytest.skip(f"the messages of this {checker} are not on the pages")
    names = {declaration.name for declaration in suite.declarations}
    recorded = messages.recorded()[checker].items()
    assert messages.found(suite, findings) == {
        name: text for name, text in recorded if name in names
    }
