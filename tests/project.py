"""What the project's files say."""

import sys
from importlib.metadata import version
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]


def read_text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


PROJECT = tomllib.loads(read_text("pyproject.toml"))


def is_pinned(distribution: str) -> bool:
    """Tell whether the installed version is the one that a dependency group pins."""
    pin = f"{distribution}=={version(distribution)}"
    return any(pin in group for group in PROJECT["dependency-groups"].values())
