"""Which type checkers a run asks, and how many of their verdicts it compared."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import version
from typing import TYPE_CHECKING

from checkers import CHECKERS

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--checker",
        action="append",
        choices=list(CHECKERS),
        help="type checker to ask for its verdicts, any number of times (default: mypy)",
    )


def pytest_report_header() -> str:
    return f"typing_extensions: {version('typing_extensions')}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "checker" in metafunc.fixturenames:
        checkers = metafunc.config.getoption("checker") or ["mypy"]
        metafunc.parametrize("checker", checkers, scope="session")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    compared = Counter(
        dict(report.user_properties)["checker"]
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if report.when == "call" and report.user_properties
    )
    for checker, verdicts in compared.items():
        terminalreporter.write_line(f"{checker} {version(checker)}: {verdicts} verdicts compared")
