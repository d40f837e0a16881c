"""What type checkers say of shapes, of uses, of the pages' code, and what the page quotes of it.

The environment variable CHECKERS names those that are asked. Without it, that is mypy.
"""

import importlib.util
import re
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests import tables
from tests.pages import content
from tests.project import is_pinned, read_text
from tests.verdicts.checkers import ASKED, COMMANDS, Report, ask, check_comments

needs_checker = pytest.mark.skipif(
    importlib.util.find_spec("mypy") is None, reason="no type checker is in this environment"
)

CHECKED = [
    "tests/verdicts/shapes.py",
    "tests/verdicts/uses.py",
    "docs/examples/checkpointer.py",
    "docs/examples/resume.py",
    "docs/examples/test_resuming.py",
]
IMPORTED = [
    "tests/__init__.py",
    "tests/classes.py",
    "tests/verdicts/__init__.py",
    "tests/verdicts/module_shape.py",
    "tests/verdicts/untyped.py",
]
TYPE_PARAMETER = """
from typing import assert_type
from stateful import Stateful
from tests.classes import Counter
def same[T: Stateful](part: T) -> T:
    return part
assert_type(same(Counter()), Counter)
same(3)  # E
"""


@pytest.fixture(scope="module", params=ASKED)
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What a type checker says of all files and pages."""
    files = {path.removeprefix("docs/examples/"): read_text(path) for path in CHECKED}
    for page in content.PAGES:
        files[content.file_name(page)] = content.code(page)
    if sys.version_info >= (3, 12):  # which can parse it
        files["type_parameter.py"] = TYPE_PARAMETER
    folder = tmp_path_factory.mktemp(request.param)
    return ask(request.param, folder, files, {path: read_text(path) for path in IMPORTED})


@needs_checker
def test_comments_name_every_error(report: Report) -> None:
    check_comments(report)


@needs_checker
@pytest.mark.parametrize("checker", ASKED)
def test_wrong_comment_fails_and_a_checker_is_strict_even_where_colors_are_forced(
    checker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    strict = "def f(value): return value  # E: not ty\n"  # which has no strict mode
    code = f'{strict}accepted: int = 3  # E\nrejected: int = "wrong"\n'
    with pytest.raises(AssertionError, match=r"disagrees:\nuser.py:2: accepted\nuser.py:3: reject"):
        check_comments(ask(checker, tmp_path, {"user.py": code}))


def test_page_has_the_shapes() -> None:
    is_up_to_date = tables.shape_lists() in read_text(tables.PAGE)
    assert is_up_to_date, f"{tables.PAGE} has other shapes than shapes.py: run tox -e tables"


# The page docs/errors.md


def quotes(checker: str, section: str) -> list[str]:
    """Return what a section quotes from a checker, in blocks and in tables."""
    found = re.findall(rf"^{checker}  +(.*)|\b{checker}, `([^`]+)`", section, re.MULTILINE)
    return [line or cell for line, cell in found]


@needs_checker
def test_every_quoted_text_is_printed(report: Report) -> None:
    """A text with a release, `pyright 1.1.395`, is asked of that release, others of the pins."""
    name, release = report.checker, version(report.checker)
    texts = quotes(name if is_pinned(name) else f"{name} {release}", read_text("docs/errors.md"))
    printed = "\n".join(report.lines)
    missing = [text for text in texts if not re.search(content.pattern(text), printed)]
    assert not missing, f"{name} {release} does not print: {missing}"


@pytest.mark.parametrize(
    ("printed", "heading"),
    [
        ('Type "Thing" is not assignable to declared type "Stateful"', "The first line"),
        ('"Half" is missing following "Stateful" protocol member:', "A method is missing"),
        ('Parameter name mismatch: "state_dict" versus "state"', "The parameters differ"),
        ('Function return type "Self" is incompatible with type "None"', "The types differ"),
        ('Type "property" is not assignable to type "() -> None"', "Attributes, properties"),
        ('"None" is incompatible with protocol "Stateful"', "The value may be"),
        ('Cannot instantiate abstract class "Half"', "A class that inherits"),
        ('Attributes of "Net" have the same names as the protocol', "`isinstance` is rejected"),
        ('"list" is invariant -- see', "Containers"),
        ('Import "stateful" could not be resolved', "The import"),
    ],
)
def test_text_leads_to_its_cause(printed: str, heading: str) -> None:
    sections = read_text("docs/errors.md").split("\n## ")
    found = [
        section
        for section in sections
        for checker in COMMANDS
        if any(re.search(content.pattern(text), printed) for text in quotes(checker, section))
    ]
    assert found[0].startswith(heading)
