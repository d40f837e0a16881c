"""Runs a type checker as a user would, on a folder of files, with this library installed."""

from __future__ import annotations

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
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path


class Finding(NamedTuple):
    """An error that a checker reports."""

    file: str
    line: int
    code: str
    message: str


@dataclass(frozen=True)
class Checker:
    """How a checker is called, and the pattern of the errors that it prints."""

    command: Sequence[str]
    pattern: str


_MYPY = (
    r"^(?P<file>.+?):(?P<line>\d+): error: (?P<message>.*?)  \[(?P<code>[\w-]+)\]"
    r"(?P<notes>(?:\n(?P=file):(?P=line): note: .*)*)$"
)
_PYRIGHT = (
    r"^ *(?P<file>\S.*?):(?P<line>\d+):\d+ - error: (?P<message>[^\0]*?) \((?P<code>report\w+)\)$"
)

CHECKERS = {
    "mypy": Checker(["mypy", "--strict"], _MYPY),
    "pyright": Checker(["pyright"], _PYRIGHT),
    "basedpyright": Checker(["basedpyright"], _PYRIGHT),
    "pyrefly": Checker(
        ["pyrefly", "check", "--preset", "strict", "--output-format", "min-text"],
        r"^ERROR (?P<file>.+?):(?P<line>\d+):\S* (?P<message>.*) \[(?P<code>[\w-]+)\]$",
    ),
    "ty": Checker(
        ["ty", "check", "--output-format", "concise"],
        r"^(?P<file>.+?):(?P<line>\d+):\d+: error\[(?P<code>[\w-]+)\] (?P<message>.*)",
    ),
    "zuban": Checker(["zuban", "check", "--strict"], _MYPY),
}


def write(folder: Path, texts: Mapping[str, str], mode: str) -> None:
    """Lay out a user's project: its files by their paths, and the mode of pyright."""
    for path, text in texts.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (folder / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": mode}))


def check(checker: str, folder: Path, files: Iterable[str]) -> list[Finding]:
    """Return the errors that the checker reports for these files of the folder.

    Raises:
        FileNotFoundError: The checker is not installed.
        RuntimeError: What it printed cannot be read.
    """
    program, *arguments = CHECKERS[checker].command
    scripts = sysconfig.get_path("scripts")
    executable = shutil.which(program, path=scripts)
    if executable is None:
        message = f"{checker} is not installed in this environment; tox -e checkers has it"
        raise FileNotFoundError(message)
    # A checker finds the installed library by way of the active environment, as a user's does.
    path = os.pathsep.join([scripts, os.environ["PATH"]])
    run = subprocess.run(
        [executable, *arguments, *files],
        cwd=folder,
        env={
            **os.environ,
            "PATH": path,
            "VIRTUAL_ENV": sys.prefix,
            "FORCE_COLOR": "0",
            "NO_COLOR": "1",
        },
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    found = findings(checker, run.stdout, run.stderr, run.returncode)
    # Some print absolute paths, some relative ones.
    places = [(folder / finding.file).relative_to(folder).as_posix() for finding in found]
    return [
        finding._replace(file=place) for finding, place in zip(found, places) if place in set(files)
    ]


def findings(checker: str, stdout: str, stderr: str, status: int) -> list[Finding]:
    """Return the errors that a checker's output reports."""
    found = [
        Finding(match["file"], int(match["line"]), match["code"], message(match))
        for match in re.finditer(CHECKERS[checker].pattern, stdout, re.MULTILINE)
    ]
    # Without this, a crash, or an error in words that the pattern does not know, would pass for
    # agreement.
    count = re.search(r"(\d+) (?:error|diagnostic)", stdout + stderr)
    if status != bool(found) or int(count[1] if count else 0) != len(found):
        raise RuntimeError(stdout + stderr)
    return found


def message(match: re.Match[str]) -> str:
    """Return what a checker says of an error, with the notes below it."""
    notes = re.findall(r": note: (.*)", match.groupdict().get("notes") or "")
    # pyright indents with spaces of two kinds.
    text = match["message"].replace("\N{NO-BREAK SPACE}", " ").replace("\n  ", "\n")
    return "\n".join([text, *notes])
