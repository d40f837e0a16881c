"""Which type checkers a run asks, and what it tells about them at the end."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from checkers import CHECKERS

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--checker",
        action="append",
        choices=sorted(CHECKERS),
        help="type checker to ask for its verdicts, any number of times (default: mypy)",
    )


def pytest_report_header() -> str:
    return f"typing_extensions: {version('typing_extensions')}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "checker" in metafunc.fixturenames:
        checkers = metafunc.config.getoption("checker") or ["mypy"]
        metafunc.parametrize("checker", checkers, scope="session")
