"""What type checkers say of shapes, of uses, and of the code that people copy.

The environment variable CHECKERS names those that are asked. Without it, that is mypy.
"""

import os
import re
import sys
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

import pytest

from stateful import Stateful
from tests.pages.code_blocks import PAGES, code, file_name, text
from tests.pages.tables import rendered
from tests.project import pinned
from tests.verdicts import shapes, tables
from tests.verdicts.checkers import COMMANDS, check_comments, errors, read, rejects

ASKED = os.environ.get("CHECKERS", "mypy").split()

CHECKED = [
    "tests/verdicts/shapes.py",
    "tests/verdicts/test_uses.py",
    "tests/verdicts/causes.py",
    "docs/examples/resume.py",
    "docs/examples/test_resuming.py",
]
if sys.version_info >= (3, 12):
    CHECKED.append("tests/verdicts/test_uses_python312.py")

IMPORTED = [
    "tests/__init__.py",
    "tests/verdicts/__init__.py",
    "tests/verdicts/module_shape.py",
    "tests/verdicts/untyped.py",
]

on_cpython = pytest.mark.skipif(
    sys.implementation.name != "cpython", reason="type checkers run on CPython only"
)


def texts(paths: list[str]) -> dict[str, str]:
    return {path: text(path) for path in paths}


@on_cpython
@pytest.mark.parametrize("checker", ASKED)
def test_comments_name_every_error(checker: str, tmp_path: Path) -> None:
    pages = {file_name(page): code(text(page)) for page in PAGES}
    check_comments(checker, tmp_path, {**texts(CHECKED), **pages}, texts(IMPORTED))


@on_cpython
@pytest.mark.parametrize("checker", ASKED)
def test_wrong_expectation_fails(checker: str, tmp_path: Path) -> None:
    code = 'accepted: int = 3  # E\nrejected: int = "wrong"\n'
    with pytest.raises(AssertionError, match=r"user.py:1: accepted\nuser.py:2: rejected"):
        check_comments(checker, tmp_path, {"user.py": code})


@on_cpython
@pytest.mark.parametrize("checker", ASKED)
def test_checker_is_strict_even_where_colors_are_forced(
    checker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ty has no strict mode."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    check_comments(checker, tmp_path, {"user.py": "def f(value): return value  # E: not ty\n"})


@pytest.mark.parametrize("shape", tables.shapes(), ids=lambda shape: shape.name)
def test_isinstance(shape: tables.Shape) -> None:
    """What does not match, or cannot be made, is asserted where the shape is declared."""
    if shape.answer == "yes":
        assert isinstance(getattr(shapes, shape.name), Stateful)


def test_table_is_up_to_date() -> None:
    assert text(tables.PAGE) == rendered(tables.PAGE, tables.contents()), "run tox -e tables"


# The page docs/rejected.md

CAUSES = ["tests/verdicts/shapes.py", "tests/verdicts/causes.py"]


def quoted(checker: str) -> dict[str, list[re.Pattern[str]]]:
    """Return what each section of the page quotes from a checker, … standing for any text."""
    found = defaultdict(list)
    for section in re.split("^## ", text("docs/rejected.md"), flags=re.MULTILINE)[1:]:
        title = section.splitlines()[0]
        for line in re.findall(rf"^{checker}  +(.*)", section, re.MULTILINE):
            found[title].append(re.compile(".*".join(map(re.escape, line.split("…")))))
    return found


@on_cpython
@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_section_quotes_what_a_checker_prints(checker: str, tmp_path: Path) -> None:
    """Each error has a line that its section quotes, and each quoted line an error."""
    if checker not in ASKED or version(checker) != pinned(checker)[-1]:
        pytest.skip(f"the page quotes {checker} {pinned(checker)[-1]}")
    checked, printed = texts(CAUSES), defaultdict(list)
    needed = texts([*IMPORTED, "tests/verdicts/test_uses.py"])
    for error in errors(checker, tmp_path, checked, needed):
        lines_above = checked[error.file].splitlines()[: error.line]
        title = next(line for line in reversed(lines_above) if line.startswith("# ## "))
        # The page has what a checker got on the line of its label.
        printed[title[5:]].append(re.sub(r"Got:\n.*?: note: +", "Got: ", error.text))
    patterns = quoted(checker)
    for title, found in printed.items():
        for each in found:
            assert any(p.search(each) for p in patterns[title]), f"rejected.md, {title}: {each}"
    for title, expected in patterns.items():
        for pattern in expected:
            assert any(map(pattern.search, printed[title])), (title, pattern)


# What pages say of single checkers


@on_cpython
@pytest.mark.parametrize("line", ["import Stateful  # E", "import Stateful as Stateful"])
def test_mypy_wants_an_imported_name_to_be_exported_again(line: str, tmp_path: Path) -> None:
    imported, _, comment = line.partition("  ")
    compatible = {"compatible.py": f"from stateful {imported}\n"}
    user = {"user.py": f"from compatible import Stateful  {comment}\nvalue: Stateful\n"}
    check_comments("mypy", tmp_path, user, compatible)


@pytest.mark.skipif("pyrefly" not in ASKED, reason="pyrefly is not asked")
@pytest.mark.parametrize(("configuration", "lines"), [("", []), ("[tool.pyrefly]\n", [3])])
def test_pyrefly_needs_a_configuration(
    configuration: str, lines: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without one, it reports less than in any of its presets."""
    monkeypatch.setitem(COMMANDS, "pyrefly", ["pyrefly", "check", "--output-format", "min-text"])
    code = "from stateful import Stateful\nclass Half: ...\nhalf: Stateful = Half()\n"
    found = errors("pyrefly", tmp_path, {"user.py": code}, {"pyproject.toml": configuration})
    assert [error.line for error in found] == lines


# How the output of a checker is read


@pytest.mark.parametrize("checker", COMMANDS)
@pytest.mark.parametrize(
    ("output", "status"),
    [
        ("", 1),  # a crash without a word
        ("Traceback (most recent call last):\n", 2),
        ("Found 1 error\n", 0),
        ("\x1b[31muser.py:4: error\x1b[0m: text  [assignment]\nFound 1 error\n", 1),  # in color
        ("user.py:4: error: text  [assignment]\nFound 2 errors\n", 1),
    ],
)
def test_output_that_cannot_be_read_raises(checker: str, output: str, status: int) -> None:
    with pytest.raises(RuntimeError):
        read(checker, output, "", status)


def test_comment_of_another_form_raises() -> None:
    for comment in ("# E: mypy", "# E: not mypi", "# E: no", "# E (all)"):
        with pytest.raises(ValueError, match="none of the forms"):
            rejects(comment, "mypy", "2.4.1")
