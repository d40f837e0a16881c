"""What the project's files say of each other, and of the environment of a run."""

import os
import re
import sys
from importlib.metadata import version

import pytest

from tests.project import PROJECT, read_text

[OLDEST] = re.findall(r">=(.*)", PROJECT["project"]["dependencies"][0])
TOX = PROJECT["tool"]["tox"]
ENVIRONMENT = os.environ.get("TOX_ENV_NAME", "")


def test_pythons_of_tox_are_those_of_the_classifiers() -> None:
    versions = re.findall(
        r":: (3\.\d+)$", "\n".join(PROJECT["project"]["classifiers"]), re.MULTILINE
    )
    assert PROJECT["project"]["requires-python"] == f">={versions[0]}"
    environments = [f"py{version.replace('.', '')}" for version in versions]
    assert TOX["env_list"][: len(environments)] == environments, "pyproject.toml: env_list"


def test_oldest_environments_have_the_oldest_typing_extensions_allowed() -> None:
    for name in ("py310-oldest", "py313-oldest"):
        assert TOX["env"][name]["deps"] == [f"typing_extensions=={OLDEST}"]


def test_ci_runs_the_test_command_of_the_readme() -> None:
    [command] = re.findall(r"^python3.* install tox && .*", read_text("README.md"), re.MULTILINE)
    assert command in read_text(".ci/run"), ".ci/run"


@pytest.mark.skipif(
    not ENVIRONMENT.startswith("py"), reason="not in a tox environment for a Python"
)
def test_environment_holds_what_its_name_says() -> None:
    python, _, oldest = ENVIRONMENT.partition("-")
    implementation = {"cpython": "py", "pypy": "pypy"}[sys.implementation.name]
    assert python == f"{implementation}{sys.version_info.major}{sys.version_info.minor}"
    assert (version("typing_extensions") == OLDEST) is (oldest == "oldest")
