"""The tables on the pages.

tox -e tables                                    write those about type checkers
tox exec -e interop -- python -m tests.tables    write those about PyTorch too
"""

import ast
import importlib.util
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from typing import NamedTuple

from tests.project import ROOT, pinned, read_text
from tests.verdicts import shapes
from tests.verdicts.checkers import CHECKERS, comments, rejects

# Tables, and the places for them on the pages: between two comments


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def seen_with(distributions: Sequence[str]) -> str:
    versions = [f"{name} {version(name).split('+')[0]}" for name in distributions]
    return f"\n\nSeen with {', '.join(versions)}."


def with_tables(page: str, tables: Mapping[str, str]) -> str:
    """Return the text that a page should have: its own, with these tables by their names."""
    page_text = read_text(page)
    for name, new_table in tables.items():
        before, begin, rest = page_text.partition(f"<!-- table: {name} -->\n")
        _, end, after = rest.partition("<!-- end of table -->\n")
        assert end, f"{page} has no place for the table {name!r}"
        page_text = f"{before}{begin}\n{new_table}\n\n{end}{after}"
    return page_text


def check(pages: Mapping[str, Mapping[str, str]]) -> None:
    """Assert that the pages have these tables."""
    for page, tables in pages.items():
        assert read_text(page) == with_tables(page, tables), f"{page}: see tests/tables.py"


# The shapes on docs/matching.md


class Shape(NamedTuple):
    """A shape of object: its name, its title, what `isinstance` answers, and who rejects it."""

    name: str
    title: str
    answer: str
    rejecting: list[str]


def declared_shapes() -> list[Shape]:
    """Return the shapes in the order of the file."""
    source = read_text("tests/verdicts/shapes.py")
    by_line = comments(source)
    declarations = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "Stateful"
    ]
    declarations.sort(key=lambda node: node.lineno)
    return [declared_shape(node, by_line.get(node.lineno, "")) for node in declarations]


def declared_shape(declaration: ast.AnnAssign, comment: str) -> Shape:
    name, where = ast.unparse(declaration.target), f"tests/verdicts/shapes.py:{declaration.lineno}"
    if declaration.end_lineno != declaration.lineno:
        message = f"{where}: {name} takes more than one line: shorten its comment"
        raise ValueError(message)
    assert declaration.value
    names = [node.id for node in ast.walk(declaration.value) if isinstance(node, ast.Name)]
    cls = getattr(shapes, names[0])
    if not cls.__doc__:
        message = f"{where}: {names[0]} has no docstring, which begins with its title in the table"
        raise ValueError(message)
    answer = "yes"
    if cls in shapes.NO_MATCH:
        answer = "no"
    if cls in shapes.ABSTRACT:
        answer = "`TypeError`"
    rejecting = [
        checker
        for checker in CHECKERS
        if comment and rejects(comment, checker, pinned(checker)[-1])
    ]
    return Shape(name, cls.__doc__.partition(": ")[0].rstrip("."), answer, rejecting)


def by_answer(shapes_found: Sequence[Shape]) -> str:
    """Return a table with a row for each answer of `isinstance`."""
    answers = sorted({shape.answer for shape in shapes_found}, reverse=True)
    titles = {
        answer: [shape.title for shape in shapes_found if shape.answer == answer]
        for answer in answers
    }
    rows = [[answer, "<br>".join(found)] for answer, found in titles.items()]
    return table(["`isinstance`", "shapes"], rows)


def shape_tables() -> dict[str, dict[str, str]]:
    accepted, rejected, disputed = [], [], []
    for shape in declared_shapes():
        if not shape.rejecting:
            accepted.append(shape)
        elif len(shape.rejecting) == len(CHECKERS):
            rejected.append(shape)
        else:
            disputed.append([shape.title, shape.answer, ", ".join(shape.rejecting)])
    newest = ", ".join(f"{checker} {pinned(checker)[-1]}" for checker in CHECKERS)
    oldest = " and ".join(f"{checker} {pinned(checker)[0]}" for checker in ("mypy", "pyright"))
    strict = "each in its strict mode, where it has one"
    return {
        "docs/matching.md": {
            "accepted": by_answer(accepted),
            "rejected": by_answer(rejected),
            "disputed": table(["shape", "`isinstance`", "rejected by"], disputed),
            "versions": f"Seen with {newest}, {strict}; {oldest} say the same.",
        }
    }


# All tables


def main() -> None:
    """Write the tables: those about PyTorch too, if it is there."""
    pages = shape_tables()
    if importlib.util.find_spec("torch"):
        pages |= import_module("tests.interop.objects").object_tables()
        pages |= import_module("tests.interop.storages").storage_tables()
    for page, tables in pages.items():
        (ROOT / page).write_text(with_tables(page, tables), encoding="utf-8")


if __name__ == "__main__":
    main()
