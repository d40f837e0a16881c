"""What the project's files say."""

import sys
from functools import cache
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]


def read_text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


PROJECT = tomllib.loads(read_text("pyproject.toml"))


@cache
def pinned(distribution: str) -> list[str]:
    """Return the versions that the dependency groups pin, the oldest first."""
    requirements = [
        Requirement(line)
        for group in PROJECT["dependency-groups"].values()
        for line in group
        if isinstance(line, str)
    ]
    wanted = {str(line.specifier) for line in requirements if line.name == distribution}
    pins = [specifier[2:] for specifier in wanted if specifier.startswith("==")]
    return sorted(pins, key=Version)


def pythons() -> list[str]:
    """Return the versions of Python that the classifiers name, such as 3.10."""
    versions = [line.rpartition(" :: ")[2] for line in PROJECT["project"]["classifiers"]]
    return [version for version in versions if version.startswith("3.")]
