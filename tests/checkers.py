"""Runs a type checker as a user would, on a folder of files, with this library installed."""

from __future__ import annotations

import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import ModuleType


class Finding(NamedTuple):
    """An error that a checker reports."""

    file: str
    line: int
    code: str


@dataclass(frozen=True)
class Checker:
    """How a checker is called, and the pattern of the errors that it prints."""

    command: Sequence[str]
    pattern: str


_MYPY = r"^(?P<file>.+?):(?P<line>\d+): error: .*\[(?P<code>[\w-]+)\]$"
_PYRIGHT = r"(?P<file>\w+\.py):(?P<line>\d+):\d+ - error: [^\0]*?\((?P<code>report\w+)\)$"

CHECKERS = {
    "mypy": Checker(["mypy", "--strict"], _MYPY),
    "pyright": Checker(["pyright"], _PYRIGHT),
    "basedpyright": Checker(["basedpyright"], _PYRIGHT),
    "pyrefly": Checker(
        ["pyrefly", "check", "--preset", "strict", "--output-format", "min-text"],
        r"^ERROR (?P<file>.+?):(?P<line>\d+):.*\[(?P<code>[\w-]+)\]$",
    ),
    "ty": Checker(
        ["ty", "check", "--output-format", "concise"],
        r"^(?P<file>.+?):(?P<line>\d+):\d+: error\[(?P<code>[\w-]+)\]",
    ),
    "zuban": Checker(["zuban", "check", "--strict"], _MYPY),
}


def write(folder: Path, modules: Sequence[ModuleType], texts: Mapping[str, str], mode: str) -> None:
    """Lay out a user's project: copies of modules, further files, and the mode of pyright."""
    for module in modules:
        shutil.copy(inspect.getfile(module), folder)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": mode}))


def check(checker: str, folder: Path, files: Sequence[str]) -> list[Finding]:
    """Return the errors that the checker reports for these files of the folder."""
    program, *arguments = CHECKERS[checker].command
    scripts = sysconfig.get_path("scripts")
    executable = shutil.which(program, path=scripts)
    if executable is None:
        message = (
            f"{checker} is not installed in this environment, it is in that of tox -e {checker}"
        )
        raise FileNotFoundError(message)
    # A checker finds the installed library by way of the active environment, as a user's does.
    path = os.pathsep.join([scripts, os.environ["PATH"]])
    run = subprocess.run(
        [executable, *arguments, *files],
        cwd=folder,
        env={**os.environ, "PATH": path, "VIRTUAL_ENV": sys.prefix},
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    findings = [
        Finding(match["file"], int(match["line"]), match["code"])
        for match in re.finditer(CHECKERS[checker].pattern, run.stdout, re.MULTILINE)
    ]
    # Without this, a crash, or an error in words that the pattern does not know, would pass for
    # agreement.
    count = re.search(r"(\d+) (?:error|diagnostic)", run.stdout + run.stderr)
    if run.returncode != bool(findings) or int(count[1] if count else 0) != len(findings):
        raise RuntimeError(run.stdout + run.stderr)
    return [finding for finding in findings if finding.file in files]
