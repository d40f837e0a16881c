"""What a run is about, which type checkers it asks, and how many verdicts it compared.

A test that takes a `shape`, a `declaration`, a `page` and so on runs once for each of the suite.
"""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from tests.verdicts.checkers import CHECKERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Callable

    from tests.suite import Suite


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--checkers",
        default="mypy",
        help=f"type checkers to ask, with commas between them, or all: {', '.join(CHECKERS)}",
    )
    parser.addoption(
        "--suite",
        default="verdicts",
        choices=["verdicts", "interop"],
        help="the declarations and pages to test",
    )


def pytest_report_header() -> str:
    return f"typing_extensions: {version('typing_extensions')}"


def suite_of(config: pytest.Config) -> Suite:
    suite: Suite = import_module(f"tests.{config.getoption('suite')}.suite").SUITE
    return suite


@pytest.fixture(scope="session")
def suite(pytestconfig: pytest.Config) -> Suite:
    return suite_of(pytestconfig)


PARAMETERS: Mapping[str, Callable[[Suite], Iterable[object]]] = {
    "declaration": lambda suite: suite.declarations,
    "shape": lambda suite: suite.shapes,
    "page": lambda suite: suite.pages,
    "source": lambda suite: [*suite.pages, *suite.examples],
    "page_with_tables": lambda suite: suite.tables,
    "file": lambda suite: suite.checked(),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "checker" in metafunc.fixturenames:
        checkers = metafunc.config.getoption("checkers")
        names = list(CHECKERS) if checkers == "all" else checkers.split(",")
        # So that what a checker found is kept for all tests about it.
        metafunc.parametrize("checker", names, scope="session")
    for name, values in PARAMETERS.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, values(suite_of(metafunc.config)), ids=identify)


def identify(value: object) -> str:
    return str(getattr(value, "name", value))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    compared = Counter(
        dict(report.user_properties)["checker"]
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if report.when == "call" and report.user_properties
    )
    for checker, verdicts in compared.items():
        terminalreporter.write_line(f"{checker} {version(checker)}: {verdicts} verdicts compared")
