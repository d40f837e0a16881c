"""The tables of verdicts on docs/matching.md. To write them: tox -e tables."""

import ast
import re
from typing import NamedTuple

from tests.pages.code_blocks import text
from tests.pages.tables import table, write
from tests.project import pinned
from tests.verdicts import shapes as shapes_module
from tests.verdicts.checkers import COMMANDS, comments, rejects

PAGE = "docs/matching.md"
SHAPES = "tests/verdicts/shapes.py"
USES = "tests/verdicts/test_uses.py"


class Shape(NamedTuple):
    """A shape of object: its variable, its title, what `isinstance` answers, who rejects it."""

    name: str
    title: str
    answer: str
    verdict: str


def shapes() -> list[Shape]:
    """Return the shapes in the order of the file."""
    verdicts = comments(text(SHAPES))
    found: list[Shape] = []
    for node in ast.parse(text(SHAPES)).body:
        raises = isinstance(node, ast.With)
        statement = node.body[0] if isinstance(node, ast.With) else node
        if isinstance(statement, ast.AnnAssign):
            # The variable, its annotation, and what the shape is made from.
            name, _, subject, *_ = (n.id for n in ast.walk(statement) if isinstance(n, ast.Name))
            # Up to the colon, if that is not in code.
            title = re.findall(r"(?:`[^`]*`|[^`:.])+", getattr(shapes_module, subject).__doc__)[0]
            answer = "`TypeError`" if raises else "yes"
            verdict = in_words(verdicts.get(statement.lineno, ""))
            found.append(Shape(name, title, answer, verdict))
        elif isinstance(statement, ast.Assert):
            found[-1] = found[-1]._replace(answer="no")
    return found


def uses() -> list[str]:
    """Return a line for each use on which type checkers differ, with the reason."""
    verdicts = comments(text(USES))
    lines = []
    for node in ast.parse(text(USES)).body:
        if isinstance(node, ast.FunctionDef) and node.end_lineno:
            found = {verdicts.get(line, "") for line in range(node.lineno, node.end_lineno + 1)}
            for comment in found - {"", "# E"}:
                title, _, reason = (ast.get_docstring(node) or "").partition(".\n\n")
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
