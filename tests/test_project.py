"""What the project's files say of each other, and of the environment of a run."""

import json
import os
import re
import sys
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement

from tests.project import PROJECT, pythons, read_text

[TYPING_EXTENSIONS] = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
[OLDEST] = [specifier.version for specifier in TYPING_EXTENSIONS.specifier]
ENVIRONMENTS: list[str] = PROJECT["tool"]["tox"]["env_list"]
CI = ".github/workflows/ci.yml"
ENVIRONMENT = os.environ.get("TOX_ENV_NAME", "")


def test_every_list_of_pythons_is_that_of_the_classifiers() -> None:
    assert PROJECT["project"]["requires-python"] == f">={pythons()[0]}"
    numbered = [f"py{version.replace('.', '')}" for version in pythons()]
    assert [name for name in ENVIRONMENTS if "-" not in name] == [*numbered, "pypy311"]
    [matrix] = re.findall(r"^ *python: (\[.*\])$", read_text(CI), re.MULTILINE)
    assert json.loads(matrix) == pythons()


def test_oldest_environments_ask_for_the_oldest_typing_extensions_allowed() -> None:
    assert f"typing_extensions=={OLDEST}" in PROJECT["dependency-groups"]["oldest"]


@pytest.mark.skipif(
    not ENVIRONMENT.startswith("py"), reason="not in a tox environment for a Python"
)
def test_environment_holds_what_its_name_says() -> None:
    python, _, oldest = ENVIRONMENT.partition("-")
    implementation = {"cpython": "py", "pypy": "pypy"}[sys.implementation.name]
    assert python == f"{implementation}{sys.version_info.major}{sys.version_info.minor}"
    assert (version("typing_extensions") == OLDEST) is (oldest == "oldest")
