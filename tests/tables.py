"""The tables of verdicts, made from the declarations. To write them: tox -e tables."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Callable

import shapes
import uses  # noqa: F401 (declares USES)
from checkers import CHECKERS
from declarations import SHAPES, USES, Declaration

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

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
    shapes.ClassObject,
    shapes.Nominal,
    shapes.Incomplete,
]


def run_time(declaration: Declaration, *, yes: str, no: str) -> str:
    """Say what `isinstance` answers, or what constructing the object raises."""
    if isinstance(declaration.run_time, bool):
        return yes if declaration.run_time else no
    return f"`{declaration.run_time.__name__}`"


def in_words(declaration: Declaration) -> str:
    """Say in words which checkers accept and which refuse."""
    refusing = [checker for checker in CHECKERS if checker in declaration.refused_by]
    accepting = [checker for checker in CHECKERS if checker not in declaration.refused_by]
    verdict, exceptions = (
        ("accept", refusing) if len(refusing) < len(accepting) else ("refuse", accepting)
    )
    return f"all but {listed(exceptions)} {verdict}" if exceptions else f"all {verdict}"


def listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def pinned(group: str) -> str:
    """Return the version of a checker that a dependency group asks for."""
    return str(PROJECT["dependency-groups"][group][-1]).split(";")[0].split("==")[1].strip()


def newest() -> str:
    return ", ".join(f"{checker} {pinned(checker)}" for checker in CHECKERS)


def versions() -> str:
    oldest = f"mypy {pinned('mypy-oldest')} and pyright {pinned('pyright-oldest')}"
    return (
        f"The type checkers are {newest()}, each in its strict mode, where it has one. "
        f"The verdicts of {oldest} are the same."
    )


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def at_a_glance() -> str:
    rows = [
        [shape.title, run_time(shape, yes="yes", no="no"), in_words(shape)]
        for shape in SHAPES
        if shape.subject in AT_A_GLANCE
    ]
    return f"{table(['shape', '`isinstance`', 'type checkers'], rows)}\n\n{versions()}"


def verdicts(declaration: Declaration) -> list[str]:
    return ["✗" if checker in declaration.refused_by else "✓" for checker in CHECKERS]


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
        "differences": lambda: differences(SHAPES + USES),
        "versions": versions,
    },
}


def written(page: str, sections: Sections) -> str:
    """Return the text that a page should have: its own, with each table made anew."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for name, make in sections.items():
        before, begin, rest = text.partition(f"<!-- table: {name} -->\n")
        _, end, after = rest.partition("<!-- end of table -->\n")
        assert end, f"{page} has no place for the table {name!r}"
        text = f"{before}{begin}\n{make()}\n\n{end}{after}"
    return text


def write(pages: Mapping[str, Sections]) -> None:
    for page, sections in pages.items():
        (ROOT / page).write_text(written(page, sections), encoding="utf-8")


if __name__ == "__main__":
    write(SECTIONS)
