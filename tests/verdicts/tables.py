"""The tables of verdicts on docs/matching.md. To write them: tox -e tables."""

import inspect
import re
from typing import NamedTuple

from tests.pages.code_blocks import text
from tests.pages.tables import table, write
from tests.project import pinned
from tests.verdicts import shapes as shapes_module
from tests.verdicts import test_uses
from tests.verdicts.checkers import COMMANDS, rejects

PAGE = "docs/matching.md"
SHAPES = "tests/verdicts/shapes.py"


class Shape(NamedTuple):
    """A shape of object: its variable, its title, what `isinstance` answers, who rejects it."""

    name: str
    title: str
    answer: str
    verdict: str


def shapes() -> list[Shape]:
    """Return the shapes in the order of the file."""
    found: list[Shape] = []
    for line in text(SHAPES).splitlines():
        if match := re.match(r"( *)(\w+): Stateful = (\w+)[^#]*(.*)", line):
            indented, name, subject, comment = match.groups()
            # Up to the colon, if that is not in code.
            title = re.findall(r"(?:`[^`]*`|[^`:.])+", getattr(shapes_module, subject).__doc__)[0]
            answer = "`TypeError`" if indented else "yes"  # it stands in pytest.raises
            found.append(Shape(name, title, answer, in_words(comment)))
        elif line.startswith("assert not is_match"):
            found[-1] = found[-1]._replace(answer="no")
    return found


def uses() -> list[str]:
    """Return a line for each use on which type checkers differ, with the reason."""
    lines = []
    for name, use in vars(test_uses).items():
        if name.startswith("test_"):
            for comment in sorted(set(re.findall("# E: .*", inspect.getsource(use)))):
                title, _, reason = (inspect.getdoc(use) or "").partition(".\n\n")
                lines.append(f"- **{title}:** {in_words(comment)}. {' '.join(reason.split())}")
    return lines


def in_words(comment: str) -> str:
    """Say which of the newest type checkers accept and which reject."""
    rejecting = [
        checker
        for checker in COMMANDS
        if comment and rejects(comment, checker, pinned(checker)[-1])
    ]
    accepting = [checker for checker in COMMANDS if checker not in rejecting]
    verdict, exceptions = (
        ("accept", rejecting) if len(rejecting) < len(accepting) else ("reject", accepting)
    )
    if not exceptions:
        return f"all {verdict}"
    *others, last = exceptions
    return f"all but {', '.join(others)}{' and ' if others else ''}{last} {verdict}"


def versions() -> str:
    newest = ", ".join(f"{checker} {pinned(checker)[-1]}" for checker in COMMANDS)
    oldest = f"mypy {pinned('mypy')[0]} and pyright {pinned('pyright')[0]}"
    return f"Seen with {newest}, each in its strict mode, where it has one; {oldest} say the same."


def contents() -> dict[str, str]:
    rows = [[shape.title, shape.answer, shape.verdict] for shape in shapes()]
    return {
        "shapes": table(["shape", "`isinstance`", "type checkers"], rows),
        "uses": "\n".join(uses()),
        "versions": versions(),
    }


if __name__ == "__main__":
    write(PAGE, contents())
