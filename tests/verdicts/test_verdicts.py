"""What type checkers say of shapes, of uses, and of the code that people copy.

The environment variable CHECKERS names those that are asked. Without it, that is mypy.
"""

import importlib.util
import re
import sys
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.pages import code_blocks
from tests.pages.error_texts import pattern
from tests.project import pinned, read_text
from tests.verdicts.checkers import ASKED, Report, ask, check_comments

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("mypy") is None, reason="no type checker is in this environment"
)

CHECKED = [
    "tests/verdicts/shapes.py",
    "tests/verdicts/test_uses.py",
    "tests/verdicts/test_narrowing.py",
    "tests/verdicts/rejections.py",
    "docs/examples/checkpointer.py",
    "docs/examples/resume.py",
    "docs/examples/test_resuming.py",
]
if sys.version_info >= (3, 12):
    CHECKED.append("tests/verdicts/test_uses_python312.py")

IMPORTED = [
    "tests/__init__.py",
    "tests/classes.py",
    "tests/verdicts/__init__.py",
    "tests/verdicts/module_shape.py",
    "tests/verdicts/untyped.py",
]


def texts(paths: list[str]) -> dict[str, str]:
    """Return files by the paths under which they are imported."""
    return {path.removeprefix("docs/examples/"): read_text(path) for path in paths}


@pytest.fixture(scope="module", params=ASKED)
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What a type checker says of all files and pages."""
    pages = {code_blocks.file_name(page): code_blocks.code(page) for page in code_blocks.PAGES}
    folder = tmp_path_factory.mktemp(request.param)
    return ask(request.param, folder, {**texts(CHECKED), **pages}, texts(IMPORTED))


def test_comments_name_every_error(report: Report) -> None:
    check_comments(report)


@pytest.mark.parametrize("checker", ASKED)
def test_wrong_comment_fails_and_a_checker_is_strict_even_where_colors_are_forced(
    checker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ty has no strict mode."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    strict = "def f(value): return value  # E: not ty\n"
    code = f'{strict}accepted: int = 3  # E\nrejected: int = "wrong"\n'
    with pytest.raises(
        AssertionError, match=r"comments:\nuser.py:2: accepted\nuser.py:3: rejected"
    ):
        check_comments(ask(checker, tmp_path, {"user.py": code}))


# The page docs/rejected.md


def sections(page: str) -> dict[str, str]:
    """Return the sections of a page by their headings."""
    parts = re.split("^## ", page, flags=re.MULTILINE)[1:]
    return {part.partition("\n")[0]: part for part in parts}


def quoted(checker: str, section: str) -> list[re.Pattern[str]]:
    """Return what a section quotes from a checker, with … for any text."""
    lines = re.findall(rf"^{checker}  +(.*)", section, re.MULTILINE)
    return [pattern(line) for line in lines]


def below_headings(report: Report) -> dict[str, list[str]]:
    """Return what a checker reports below the headings that the page has too."""
    found = defaultdict(list)
    for error in report.errors:
        lines = report.checked[error.file].splitlines()
        headings = [line[5:] for line in lines[: error.line] if line.startswith("# ## ")]
        if headings and error.line < len(lines):
            # The page has what mypy got on the line of its label.
            found[headings[-1]].append(re.sub(r"Got:\n +", "Got: ", error.text))
    return found


def is_newest(checker: str) -> bool:
    return version(checker) == pinned(checker)[-1]


def test_section_quotes_what_a_checker_prints(report: Report) -> None:
    """Each error has a line that its section quotes, and each quoted line an error.

    pyrefly and zuban are quoted in some sections only.
    """
    if report.checker in ("basedpyright", "ty") or not is_newest(report.checker):
        pytest.skip(f"the page does not quote {report.checker} {version(report.checker)}")
    found = below_headings(report)
    for heading, section in sections(read_text("docs/rejected.md")).items():
        patterns = quoted(report.checker, section)
        if patterns or report.checker in ("mypy", "pyright"):
            for text in found[heading]:
                assert any(line.search(text) for line in patterns), f"{heading}: quote {text}"
        for line in patterns:
            assert any(map(line.search, found[heading])), f"{heading}: nobody prints {line}"


def test_first_line_of_pyright_on_the_page_is_in_the_right_section(report: Report) -> None:
    if report.checker != "pyright" or not is_newest("pyright"):
        pytest.skip("the rule is about the newest pyright")
    quotes = {
        heading: quoted("pyright", section)
        for heading, section in sections(read_text("docs/rejected.md")).items()
    }
    for heading, texts in below_headings(report).items():
        for text in texts:
            leads_to = [
                other
                for line in text.splitlines()
                for other, patterns in quotes.items()
                if any(shown.search(line) for shown in patterns)
            ]
            assert leads_to[:1] == [heading], f"{heading}: {text}"


# What pages say of single checkers


@pytest.mark.parametrize(
    ("imported", "comment"), [("Stateful", "# E"), ("Stateful as Stateful", "")]
)
def test_mypy_wants_an_imported_name_to_be_exported_again(
    imported: str, comment: str, tmp_path: Path
) -> None:
    compatible = {"compatible.py": f"from stateful import {imported}\n"}
    user = {"user.py": f"from compatible import Stateful  {comment}\nvalue: Stateful\n"}
    check_comments(ask("mypy", tmp_path, user, compatible))
