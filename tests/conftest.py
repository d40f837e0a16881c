"""Which typing_extensions a run has to do with."""

from importlib.metadata import version


def pytest_report_header() -> str:
    return f"typing_extensions: {version('typing_extensions')}"
