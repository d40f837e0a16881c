"""Runs a type checker as a user would: on a folder of files, with the library installed."""

import io
import os
import re
import subprocess
import sys
import sysconfig
import tokenize
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

COMMANDS = {
    "mypy": ["mypy", "--strict"],
    "pyright": ["pyright"],
    "basedpyright": ["basedpyright"],
    "pyrefly": ["pyrefly", "check", "--preset", "strict", "--output-format", "min-text"],
    "ty": ["ty", "check", "--output-format", "concise"],
    "zuban": ["zuban", "check", "--strict"],
}

PATTERNS = {
    "mypy": (
        r"^(?P<file>.+?):(?P<line>\d+): error: "
        r"(?P<text>.*  \[[\w-]+\](?:\n(?P=file):(?P=line): note: .*)*)$"
    ),
    "pyright": r"^ *(?P<file>\S.*?):(?P<line>\d+):\d+ - error: (?P<text>[^\0]*? \(report\w+\))$",
    "pyrefly": r"^ERROR (?P<file>.+?):(?P<line>\d+):\S* (?P<text>.*)$",
    "ty": r"^(?P<file>.+?):(?P<line>\d+):\d+: error(?P<text>\[[\w-]+\] .*)$",
}
PATTERNS["basedpyright"] = PATTERNS["pyright"]
PATTERNS["zuban"] = PATTERNS["mypy"]

WRONG = 'wrong: int = "wrong"  # E\n'
"""The last line of every file that is checked: who reports it has read the file to its end."""


class Error(NamedTuple):
    """What a checker reports, with the lines below it that belong to it."""

    file: str
    line: int
    text: str


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
    program, *arguments = COMMANDS[checker]
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
            "MYPY_CACHE_DIR": str(folder.parent / "mypy_cache"),  # shared by a session's tests
        },
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    found = read(checker, run.stdout, run.stderr, run.returncode)
    # Some print absolute paths, some relative ones.
    placed = [
        error._replace(file=(folder / error.file).relative_to(folder).as_posix()) for error in found
    ]
    return [error for error in placed if error.file in checked]


def read(checker: str, stdout: str, stderr: str, status: int) -> list[Error]:
    """Return the errors that a checker's output reports."""
    found = [
        # pyright indents with spaces of two kinds.
        Error(match["file"], int(match["line"]), match["text"].replace("\N{NO-BREAK SPACE}", " "))
        for match in re.finditer(PATTERNS[checker], stdout, re.MULTILINE)
    ]
    # Without this, a crash, or an error in words that the pattern does not know, would pass for
    # agreement.
    count = re.search(r"(\d+) (?:error|diagnostic)", stdout + stderr)
    if status != bool(found) or int(count[1] if count else 0) != len(found):
        raise RuntimeError(stdout + stderr)
    return found


def rejects(comment: str, checker: str, release: str) -> bool:
    """Tell whether a comment, such as `# E: not mypy 1.0.0, ty`, says that a checker rejects."""
    form = re.fullmatch(r"# E(?:: (not|only) (.+))?", comment)
    names = form[2].split(", ") if form and form[2] else []
    if form is None or {name.split()[0] for name in names} - COMMANDS.keys():
        message = f"{comment!r} has none of the forms in tests/verdicts/shapes.py"
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


def check_comments(
    checker: str,
    folder: Path,
    checked: Mapping[str, str],
    needed: Mapping[str, str] | None = None,
) -> None:
    """Assert that a checker reports an error for each line that a comment names, and no other."""
    ended = {path: text + WRONG for path, text in checked.items()}
    found = errors(checker, folder, ended, needed)
    lines = {(error.file, error.line) for error in found}
    expected = {
        (path, line)
        for path, text in ended.items()
        for line, comment in comments(text).items()
        if rejects(comment, checker, version(checker))
    }
    surprises = [f"{path}:{line}: accepted" for path, line in sorted(expected - lines)]
    surprises += [
        f"{error.file}:{error.line}: rejected: {error.text}"
        for error in found
        if (error.file, error.line) not in expected
    ]
    assert not surprises, "\n".join(surprises)
