"""The page docs/rejected.md: what it quotes is what mypy and pyright print."""

import re
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.pages.code_blocks import text
from tests.project import pinned
from tests.verdicts.checkers import errors
from tests.verdicts.test_verdicts import ASKED, IMPORTED, on_cpython, texts

FILES = ["tests/verdicts/shapes.py", "tests/verdicts/causes.py"]
NEEDED = [*IMPORTED, "tests/verdicts/test_uses.py"]


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
    checked, printed = texts(FILES), defaultdict(list)
    for error in errors(checker, tmp_path, checked, texts(NEEDED)):
        lines_above = checked[error.file].splitlines()[: error.line]
        title = next(line for line in reversed(lines_above) if line.startswith("# ## "))
        # The page has what a checker got on the line of its label.
        printed[title[5:]].append(re.sub(r"Got:\n.*?: note: +", "Got: ", error.text))
    patterns = quoted(checker)
    for title, found in printed.items():
        for each in found:
            assert any(pattern.search(each) for pattern in patterns[title]), (title, each)
    for title, expected in patterns.items():
        for pattern in expected:
            assert any(map(pattern.search, printed[title])), (title, pattern)
