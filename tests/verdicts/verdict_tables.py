"""The tables of verdicts on docs/matching.md and docs/using.md. To write them: tox -e tables."""

import ast
import re
from typing import NamedTuple

from tests.pages.tables import table, write
from tests.project import pinned, read_text
from tests.verdicts import shapes as shapes_module
from tests.verdicts.checkers import CHECKERS, comments, rejects

SHAPES = "tests/verdicts/shapes.py"
NARROWING = "tests/verdicts/test_narrowing.py"


# What a comment says of the newest type checkers


def rejecting(comment: str) -> list[str]:
    return [
        checker
        for checker in CHECKERS
        if comment and rejects(comment, checker, pinned(checker)[-1])
    ]


def accepting(comment: str) -> list[str]:
    return [checker for checker in CHECKERS if checker not in rejecting(comment)]


def in_words(comment: str) -> str:
    verdict, exceptions = "reject", accepting(comment)
    if len(exceptions) > len(CHECKERS) / 2:
        verdict, exceptions = "accept", rejecting(comment)
    if not exceptions:
        return f"all {verdict}"
    *others, last = exceptions
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"all but {listed} {verdict}"


# Shapes


class Shape(NamedTuple):
    """A shape of object: its name, its title, what `isinstance` answers, and its comment."""

    name: str
    title: str
    answer: str
    comment: str


def shapes() -> list[Shape]:
    """Return the shapes in the order of the file."""
    source = read_text(SHAPES)
    by_line = comments(source)
    declarations = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "Stateful"
    ]
    declarations.sort(key=lambda node: node.lineno)
    return [shape(node, by_line.get(node.lineno, "")) for node in declarations]


def shape(declaration: ast.AnnAssign, comment: str) -> Shape:
    name, where = ast.unparse(declaration.target), f"{SHAPES}:{declaration.lineno}"
    if declaration.end_lineno != declaration.lineno:
        message = f"{where}: {name} takes more than one line: shorten its comment"
        raise ValueError(message)
    assert declaration.value
    names = [node.id for node in ast.walk(declaration.value) if isinstance(node, ast.Name)]
    of_class = getattr(shapes_module, names[0])
    if re.search(r"\d", comment):
        message = f"{where}: the page says that the oldest type checkers say the same"
        raise ValueError(message)
    if not of_class.__doc__:
        message = f"{where}: {names[0]} has no docstring, which begins with its title in the table"
        raise ValueError(message)
    answer = "yes"
    if of_class in shapes_module.NO_MATCH:
        answer = "no"
    if of_class in shapes_module.ABSTRACT:
        answer = "`TypeError`"
    return Shape(name, of_class.__doc__.partition(": ")[0].rstrip("."), answer, comment)


# The check


def checks() -> list[list[str]]:
    """Return a row for each outcome: its declared types, who rejects the check, who is misled."""
    source = read_text(NARROWING)
    by_line = comments(source)
    titles: dict[tuple[str, ...], list[str]] = {}
    for test in ast.parse(source).body:
        title = ast.get_docstring(test) if isinstance(test, ast.FunctionDef) else None
        if title:
            check = next(node for node in ast.walk(test) if isinstance(node, ast.If))
            outcome = (
                listed(rejecting(by_line.get(check.lineno, ""))),
                listed(accepting_call("nonsense", check, by_line)),
                listed(accepting_call("only_counter_or_other", check, by_line)),
            )
            titles.setdefault(outcome, []).append(title.rstrip("."))
    return [["<br>".join(types), *outcome] for outcome, types in titles.items()]


def accepting_call(name: str, check: ast.If, by_line: dict[int, str]) -> list[str]:
    """Return who accepts a call that is wrong on purpose, if the branch has it."""
    for node in ast.walk(ast.Module(check.body, [])):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(name):
            return accepting(by_line.get(node.lineno, ""))
    return []


def listed(checkers: list[str]) -> str:
    return "all" if len(checkers) == len(CHECKERS) else ", ".join(checkers) or "none"


# The pages


def versions() -> str:
    newest = ", ".join(f"{checker} {pinned(checker)[-1]}" for checker in CHECKERS)
    oldest = " and ".join(f"{checker} {pinned(checker)[0]}" for checker in ("mypy", "pyright"))
    strict = "each in its strict mode, where it has one"
    return f"Seen with {newest}, {strict}; {oldest} say the same."


def contents() -> dict[str, dict[str, str]]:
    """Return what each page should have between its comments."""
    rows = [[shape.title, shape.answer, in_words(shape.comment)] for shape in shapes()]
    header = [
        "declared type",
        "reject the check",
        "do not look at the value",
        "take the first for gone",
    ]
    return {
        "docs/matching.md": {
            "shapes": table(["shape", "`isinstance`", "type checkers"], rows),
            "versions": versions(),
        },
        "docs/using.md": {"checks": table(header, checks())},
    }


if __name__ == "__main__":
    write(contents())
