"""Which versions of the libraries a run has to do with."""

from __future__ import annotations

from importlib.metadata import version

from tests.interop.tables import LIBRARIES, RUNTIME_LIBRARIES


def pytest_report_header() -> list[str]:
    return [f"{name}: {version(name)}" for name in LIBRARIES + RUNTIME_LIBRARIES]
