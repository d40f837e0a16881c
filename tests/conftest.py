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
    from typing import Literal

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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    checkers = metafunc.config.getoption("checkers")
    suite = suite_of(metafunc.config)
    parameters = {
        "checker": list(CHECKERS) if checkers == "all" else checkers.split(","),
        "declaration": suite.declarations,
        "shape": suite.shapes,
        "page": suite.pages,
        "source": [*suite.pages, *suite.examples],
        "page_with_tables": suite.tables,
        "file": suite.checked(),
    }
    for name, values in parameters.items():
        if name in metafunc.fixturenames:
            # So that what a checker found is kept for all tests about it.
            scope: Literal["session", "function"] = "session" if name == "checker" else "function"
            metafunc.parametrize(name, values, ids=identify, scope=scope)


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
