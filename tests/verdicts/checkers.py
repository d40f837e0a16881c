"""Runs type checkers as a user would: on a folder of files, with the library installed.

A line ends in `# E` if every checker reports an error for it, in `# E: not mypy, ty` if those two
do not, and in `# E: only ty` if it alone does. `mypy 1.0.0` is that release only. What is said of
pyright is said of basedpyright too.
"""

import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

COMMANDS = {
    "mypy": "mypy --strict",
    "pyright": "pyright",
    "basedpyright": "basedpyright",
    "pyrefly": "pyrefly check --preset strict --output-format min-text",
    "ty": "ty check --output-format concise",
    "zuban": "zuban check --strict",
}
"""How each type checker is run: in its strict mode, if it has one, with one line for an error."""

STRICT_PYRIGHT = {"pyrightconfig.json": '{"typeCheckingMode": "strict"}'}

ASKED = os.environ.get("CHECKERS", "mypy").split()
"""The type checkers that this run asks."""

WRONG = 'wrong: int = "wrong"  # E\n'
"""Added to each file, to show that a checker has read it to its end."""

ERROR = re.compile(r"(?:ERROR )? *([^ :]+):(\d+)\S* (?!note|- warning|warning)(.*)")
"""The first line of an error: the file, the line, what is wrong."""


class Report(NamedTuple):
    """What a checker has printed of some files."""

    checker: str
    files: Mapping[str, str]
    lines: list[str]


def ask(
    checker: str, folder: Path, files: Mapping[str, str], needed: Mapping[str, str] | None = None
) -> Report:
    """Run a checker over files, given by their paths and texts, in an empty folder.

    Further files may be needed: they are imported, or configure the checker.
    """
    checked = {path: text + WRONG for path, text in files.items()}
    configuration = STRICT_PYRIGHT if "pyright" in checker else {}
    for path, text in {**configuration, **(needed or {}), **checked}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    scripts = sysconfig.get_path("scripts")
    program, *options = COMMANDS[checker].split()
    run = subprocess.run(
        [Path(scripts, program), *options, *checked],
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
    assert run.returncode == 1, f"{checker} has crashed:\n{run.stdout}{run.stderr}"
    printed = run.stdout.replace(f"{folder.resolve()}{os.sep}", "")  # some print whole paths
    return Report(checker, checked, printed.splitlines())


def rejects(checker: str, release: str, line: str) -> bool:
    """Tell whether the comment at the end of a line says that a checker rejects it."""
    comment = re.search(r"# E(?:: (not|only) (.+))?$", line)
    if comment is None or comment[1] is None:
        return comment is not None
    name = checker.removeprefix("based")
    is_named = not {name, f"{name} {release}"}.isdisjoint(comment[2].split(", "))
    return is_named if comment[1] == "only" else not is_named


def check_comments(report: Report) -> None:
    """Assert that a checker reports an error for each line that a comment names, and no other."""
    errors = {}
    for printed in report.lines:
        match = ERROR.match(printed)
        if match and match[1] in report.files:
            errors[f"{match[1]}:{match[2]}"] = match[3]
    release = version(report.checker)
    expected = {
        f"{path}:{number}"
        for path, text in report.files.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if rejects(report.checker, release, line)
    }
    accepted = [f"{place}: accepted" for place in expected - errors.keys()]
    rejected = [f"{place}: rejected: {errors[place]}" for place in errors.keys() - expected]
    message = "\n".join([f"{report.checker} disagrees:", *sorted(accepted + rejected)])
    assert errors.keys() == expected, message
