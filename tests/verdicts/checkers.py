"""Runs type checkers as a user would: on a folder of files, with the library installed.

A line ends in `# E` if every checker reports an error for it, in `# E: not mypy, ty` if those two
do not, and in `# E: only ty` if it alone does. A release may stand behind a name.
"""

import io
import json
import os
import re
import subprocess
import sys
import sysconfig
import tokenize
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple


class Error(NamedTuple):
    """What a checker reports, with the lines below it that belong to it."""

    file: str
    line: int
    text: str


def read_mypy(output: str) -> list[Error]:
    """Read what mypy or zuban prints. Not all versions of them print JSON."""
    found: list[Error] = []
    for printed in output.splitlines():
        if match := re.fullmatch(r"(.+?):(\d+): (error|note): (.*)", printed):
            file, line, kind, text = match.groups()
            if kind == "error":
                found.append(Error(file, int(line), text))
            elif found:
                found[-1] = found[-1]._replace(text=f"{found[-1].text}\n{text}")
    count = re.search(r"Found (\d+) error", output)
    if len(found) != int(count[1] if count else 0):
        message = f"these errors cannot be read:\n{output}"
        raise ValueError(message)
    return found


def read_pyright(output: str) -> list[Error]:
    return [
        Error(found["file"], found["range"]["start"]["line"] + 1, found["message"])
        for found in json.loads(output)["generalDiagnostics"]
        if found["severity"] == "error"
    ]


def read_pyrefly(output: str) -> list[Error]:
    return [
        Error(found["path"], found["line"], found["description"])
        for found in json.loads(output)["errors"]
        if found["severity"] == "error"
    ]


def read_ty(output: str) -> list[Error]:
    return [
        Error(
            found["location"]["path"],
            found["location"]["positions"]["begin"]["line"],
            found["description"],
        )
        for found in json.loads(output)
        if found["severity"] == "major"  # a warning is minor
    ]


class Checker(NamedTuple):
    """How a type checker is run in its strict mode, and how its output is read."""

    command: list[str]
    read: Callable[[str], list[Error]]


CHECKERS = {
    "mypy": Checker(["mypy", "--strict"], read_mypy),
    "pyright": Checker(["pyright", "--outputjson"], read_pyright),
    "basedpyright": Checker(["basedpyright", "--outputjson"], read_pyright),
    "pyrefly": Checker(
        ["pyrefly", "check", "--preset", "strict", "--output-format", "json"], read_pyrefly
    ),
    "ty": Checker(["ty", "check", "--output-format", "gitlab"], read_ty),
    "zuban": Checker(["zuban", "check", "--strict"], read_mypy),
}

ASKED = os.environ.get("CHECKERS", "mypy").split()
"""The type checkers that this run asks."""


def errors(
    checker: str,
    folder: Path,
    checked: Mapping[str, str],
    needed: Mapping[str, str] | None = None,
) -> list[Error]:
    """Return the errors of a checker in some files, in an empty folder.

    Files are given by their paths and texts. Those that are needed are imported, or configure the
    checker.
    """
    folder = folder.resolve()
    files = {"pyrightconfig.json": '{"typeCheckingMode": "strict"}', **(needed or {}), **checked}
    if "pyright" not in checker:
        del files["pyrightconfig.json"]  # pyrefly would take it for its own
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    scripts = sysconfig.get_path("scripts")
    program, *arguments = CHECKERS[checker].command
    run = subprocess.run(
        [Path(scripts, program), *arguments, *checked],
        cwd=folder,
        # A checker finds the installed library by way of the active environment, as a user's does.
        env={
            **os.environ,
            "PATH": os.pathsep.join([scripts, os.environ["PATH"]]),
            "VIRTUAL_ENV": sys.prefix,
            "FORCE_COLOR": "0",
            "NO_COLOR": "1",
            "MYPY_CACHE_DIR": str(Path(sys.prefix, "mypy_cache")),  # of this environment
        },
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    found = CHECKERS[checker].read(run.stdout)
    if run.returncode != bool(found):
        message = f"{checker} has crashed:\n{run.stdout}{run.stderr}"
        raise RuntimeError(message)
    # Some print absolute paths, some relative ones.
    placed = [
        error._replace(file=(folder / error.file).relative_to(folder).as_posix()) for error in found
    ]
    return [error for error in placed if error.file in checked]


def rejects(comment: str, checker: str, release: str) -> bool:
    """Tell whether a comment, such as `# E: not mypy 1.0.0, ty`, says that a checker rejects."""
    form = re.fullmatch(r"# E(?:: (not|only) (.+))?", comment)
    names = form[2].split(", ") if form and form[2] else []
    if form is None or {name.split()[0] for name in names} - CHECKERS.keys():
        message = f"{comment!r} has none of the forms in tests/verdicts/checkers.py"
        raise ValueError(message)
    named = checker in names or f"{checker} {release}" in names
    return named if form[1] == "only" else not named


def comments(text: str) -> dict[int, str]:
    """Return the comments about errors, by their lines."""
    return {
        token.start[0]: token.string
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT and re.match(r"# E\b", token.string)
    }


WRONG = 'wrong: int = "wrong"  # E\n'


class Report(NamedTuple):
    """The files that a checker was given, by their paths, and the errors that it has reported."""

    checker: str
    checked: Mapping[str, str]
    errors: list[Error]


def ask(
    checker: str,
    folder: Path,
    checked: Mapping[str, str],
    needed: Mapping[str, str] | None = None,
) -> Report:
    """Run a checker over files, beside others that it needs.

    A wrong line is added to the end of each, to show that the checker has read it to there.
    """
    ended = {path: text + WRONG for path, text in checked.items()}
    return Report(checker, ended, errors(checker, folder, ended, needed))


def check_comments(report: Report) -> None:
    """Assert that a checker reports an error for each line that a comment names, and no other."""
    lines = {(error.file, error.line) for error in report.errors}
    expected = {
        (path, line)
        for path, text in report.checked.items()
        for line, comment in comments(text).items()
        if rejects(comment, report.checker, version(report.checker))
    }
    accepted = [f"{path}:{line}: accepted" for path, line in sorted(expected - lines)]
    rejected = [
        f"{error.file}:{error.line}: rejected: {error.text}"
        for error in report.errors
        if (error.file, error.line) not in expected
    ]
    message = "\n".join([f"{report.checker} disagrees with comments:", *accepted, *rejected])
    assert lines == expected, message
