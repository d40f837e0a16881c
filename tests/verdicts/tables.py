"""The tables of verdicts, made from the declarations. To write them: tox -e tables."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Callable

from tests.pages.code_blocks import text
from tests.project import ROOT, pinned
from tests.verdicts import (
    shapes,
    uses,  # noqa: F401 (declares USES)
)
from tests.verdicts.checkers import CHECKERS
from tests.verdicts.declarations import SHAPES, USES, Declaration, Shape

if sys.version_info >= (3, 12):
    import_module("tests.verdicts.uses_python312")

AT_A_GLANCE = [
    shapes.Exact,
    shapes.WiderParameter,
    shapes.ExtraOptionalParameter,
    shapes.Unannotated,
    shapes.RenamedParameter,
    shapes.ReturnsMapping,
    shapes.ReturnsTypedDict,
    shapes.ReturnsSelf,
    shapes.ReturnsIncompatibleKeys,
    shapes.OnlyStateDict,
    shapes.OnlyGetattr,
    shapes.Nominal,
    shapes.Incomplete,
    shapes.ClassObject,
]


def run_time(shape: Shape, *, yes: str, no: str) -> str:
    """Say what `isinstance` answers, or what constructing the object raises."""
    if isinstance(shape.run_time, bool):
        return yes if shape.run_time else no
    return f"`{shape.run_time.__name__}`"


def in_words(declaration: Declaration) -> str:
    """Say in words which checkers accept and which reject."""
    rejecting = [checker for checker in CHECKERS if checker in declaration.rejected_by]
    accepting = [checker for checker in CHECKERS if checker not in declaration.rejected_by]
    verdict, exceptions = (
        ("accept", rejecting) if len(rejecting) < len(accepting) else ("reject", accepting)
    )
    return f"all but {listed(exceptions)} {verdict}" if exceptions else f"all {verdict}"


def listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def newest() -> str:
    return ", ".join(f"{checker} {pinned(checker)[-1]}" for checker in CHECKERS)


def versions() -> str:
    oldest = f"mypy {pinned('mypy')[0]} and pyright {pinned('pyright')[0]}"
    return (
        f"The type checkers are {newest()}, each in its strict mode, where it has one. "
        f"The verdicts of {oldest} are the same."
    )


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def at_a_glance() -> str:
    declared = {shape.name: shape for shape in SHAPES}
    chosen = [declared[cls.__name__] for cls in AT_A_GLANCE]
    rows = [[shape.title, run_time(shape, yes="yes", no="no"), in_words(shape)] for shape in chosen]
    return f"{table(['shape', '`isinstance`', 'type checkers'], rows)}\n\n{versions()}"


def verdicts(declaration: Declaration) -> list[str]:
    return ["✗" if checker in declaration.rejected_by else "✓" for checker in CHECKERS]


def all_shapes() -> str:
    return table(
        ["shape", "why", "`isinstance`", *CHECKERS],
        [
            [shape.title, shape.reason, run_time(shape, yes="✓", no="✗"), *verdicts(shape)]
            for shape in SHAPES
        ],
    )


def all_uses() -> str:
    return table(["use", *CHECKERS], [[use.title, *verdicts(use)] for use in USES])


def differences(declarations: Sequence[Declaration]) -> str:
    """List where checkers differ, with those that differ for the same reason in one item."""
    titles: dict[str, list[str]] = {}
    for declaration in declarations:
        if declaration.difference:
            reason = f"{in_words(declaration)}. {declaration.difference}"
            titles.setdefault(reason, []).append(declaration.title)
    return "\n".join(f"- **{'; '.join(names)}:** {reason}" for reason, names in titles.items())


Sections = Mapping[str, Callable[[], str]]

SECTIONS: Mapping[str, Sections] = {
    "README.md": {"at a glance": at_a_glance},
    "docs/matching.md": {
        "shapes": all_shapes,
        "uses": all_uses,
        "differences": lambda: differences([*SHAPES, *USES]),
        "versions": versions,
    },
}


def rendered(page: str, sections: Sections) -> str:
    """Return the text that a page should have: its own, with each table made anew."""
    page_text = text(page)
    for name, make in sections.items():
        before, begin, rest = page_text.partition(f"<!-- table: {name} -->\n")
        _, end, after = rest.partition("<!-- end of table -->\n")
        assert end, f"{page} has no place for the table {name!r}"
        page_text = f"{before}{begin}\n{make()}\n\n{end}{after}"
    return page_text


def write(pages: Mapping[str, Sections]) -> None:
    for page, sections in pages.items():
        (ROOT / page).write_text(rendered(page, sections), encoding="utf-8")


if __name__ == "__main__":
    write(SECTIONS)
