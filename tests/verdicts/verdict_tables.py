"""The tables of verdicts on docs/matching.md and docs/using.md. To write them: tox -e tables."""

import ast
from typing import NamedTuple

from tests.pages.tables import table, write
from tests.project import pinned, read_text
from tests.verdicts import shapes as shapes_module
from tests.verdicts.checkers import CHECKERS, comments, rejects

SHAPES = "tests/verdicts/shapes.py"
USES = "tests/verdicts/test_uses.py"
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
    if not of_class.__doc__:
        message = f"{where}: {names[0]} has no docstring, which begins with its title in the table"
        raise ValueError(message)
    answer = "yes"
    if of_class in shapes_module.NO_MATCH:
        answer = "no"
    if of_class in shapes_module.ABSTRACT:
        answer = "`TypeError`"
    return Shape(name, of_class.__doc__.partition(": ")[0].rstrip("."), answer, comment)


# Uses, and the check


class Use(NamedTuple):
    """A test, its docstring, and the comments in it, by their lines."""

    test: ast.FunctionDef
    docstring: str
    comments: dict[int, str]


def uses(path: str) -> list[Use]:
    source = read_text(path)
    by_line = comments(source)
    found = []
    for test in ast.parse(source).body:
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
            lines = range(test.lineno, (test.end_lineno or 0) + 1)
            inside = {line: comment for line, comment in by_line.items() if line in lines}
            found.append(Use(test, ast.get_docstring(test) or "", inside))
    return found


def disagreement(use: Use, comment: str) -> str:
    """Say who accepts a line of a use, and why."""
    title, _, reason = use.docstring.partition(".\n\n")
    if not reason:
        message = f"{USES}:{use.test.lineno}: its docstring has to be a title and a reason"
        raise ValueError(message)
    return f"- **{title}:** {in_words(comment)}. {' '.join(reason.split())}"


def check(use: Use) -> tuple[str, ...]:
    """Return who rejects the check, who does not look at the value, who takes a class for gone."""
    branch = next(node for node in ast.walk(use.test) if isinstance(node, ast.If))
    return (
        listed(rejecting(use.comments.get(branch.lineno, ""))),
        listed(accepting_call("nonsense", branch, use)),
        listed(accepting_call("no_third_class", branch, use)),
    )


def accepting_call(name: str, branch: ast.If, use: Use) -> list[str]:
    """Return who accepts a call that is wrong on purpose, if the branch has it."""
    for node in ast.walk(ast.Module(branch.body, [])):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(name):
            return accepting(use.comments.get(node.lineno, ""))
    return []


def listed(checkers: list[str]) -> str:
    return "all" if len(checkers) == len(CHECKERS) else ", ".join(checkers) or "none"


# The pages


OLDEST = ["mypy", "pyright"]
"""The type checkers whose oldest supported version is asked too."""


def versions() -> str:
    newest = ", ".join(f"{checker} {pinned(checker)[-1]}" for checker in CHECKERS)
    oldest = " and ".join(f"{checker} {pinned(checker)[0]}" for checker in OLDEST)
    comments_by_title = {each.title: [each.comment] for each in shapes() if each.comment}
    for use in uses(USES):
        comments_by_title[use.docstring.partition(".\n\n")[0]] = [*use.comments.values()]
    exceptions = [
        title for title, found in comments_by_title.items() if any(map(differs_in_oldest, found))
    ]
    but = f", except of: {', '.join(exceptions)}" if exceptions else ""
    strict = "each in its strict mode, where it has one"
    return f"Seen with {newest}, {strict}; {oldest} say the same{but}."


def differs_in_oldest(comment: str) -> bool:
    return any(
        rejects(comment, checker, pinned(checker)[0])
        != rejects(comment, checker, pinned(checker)[-1])
        for checker in OLDEST
    )


def contents() -> dict[str, dict[str, str]]:
    """Return what each page should have between its comments."""
    shape_rows = [[each.title, each.answer, in_words(each.comment)] for each in shapes()]
    differing = [
        disagreement(use, comment)
        for use in uses(USES)
        for comment in sorted(set(use.comments.values()) - {"# E"})
    ]
    checks: dict[tuple[str, ...], list[str]] = {}
    for use in uses(NARROWING):
        if use.docstring:
            checks.setdefault(check(use), []).append(use.docstring.rstrip("."))
    header = ["declared type", "reject the check", "do not look at the value", "take it for gone"]
    check_rows = [["<br>".join(types), *cells] for cells, types in checks.items()]
    return {
        "docs/matching.md": {
            "shapes": table(["shape", "`isinstance`", "type checkers"], shape_rows),
            "uses": "\n".join(differing),
            "versions": versions(),
        },
        "docs/using.md": {
            "checks": table(header, check_rows),
        },
    }


if __name__ == "__main__":
    write(contents())
