"""The tables of verdicts, made from the declarations. To write them: tox -e tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from itertools import groupby
from typing import Callable, TypeVar

from tests.pages.code_blocks import text
from tests.pages.links import anchors
from tests.project import ROOT, pinned
from tests.verdicts import (
    messages,
    shapes,
    uses,
)
from tests.verdicts.checkers import CHECKERS
from tests.verdicts.declarations import SHAPES, USES, Declaration, Shape
from tests.verdicts.sources import code, undeclared

D = TypeVar("D", bound=Declaration)

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


NAMES = rf"\b({'|'.join(shape.name for shape in SHAPES)})\b"


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
        f"The verdicts of {oldest} are the same; the syntax of Python 3.12 was not asked of them. "
        "pyrefly checks little while it has no configuration: give it a table `[tool.pyrefly]`."
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
    return grouped(["shape", "`isinstance`"], SHAPES, lambda shape: [link(shape), answer(shape)])


def all_uses() -> str:
    return grouped(["use"], USES, lambda use: [link(use) if use.rejected_by else use.title])


def grouped(header: list[str], declarations: Sequence[D], cells: Callable[[D], list[str]]) -> str:
    """Return a table for each group, with the verdicts behind the cells."""
    tables = []
    for group, members in groupby(declarations, key=lambda declaration: declaration.group):
        rows = [[*cells(declaration), *verdicts(declaration)] for declaration in members]
        tables.append(f"### {group}\n\n{table([*header, *CHECKERS], rows)}")
    return "\n\n".join(tables)


def answer(shape: Shape) -> str:
    return run_time(shape, yes="✓", no="✗")


def link(declaration: Declaration) -> str:
    [anchor] = anchors(f"# {declaration.title}")
    page = "shapes" if isinstance(declaration, Shape) else "uses"
    return f"[{declaration.title}]({page}.md#{anchor})"


def shapes_with_code() -> str:
    return sections(["`isinstance`"], SHAPES, lambda shape: [answer(shape)], code)


def uses_with_code() -> str:
    """Return a section for each use that a checker rejects, after what all of them share."""
    shared = [
        uses.Counter,
        shapes.OnlyStateDict,
        uses.Data,
        uses.Named,
        uses.NamedCounter,
        uses.copy_state,
        uses.restored,
        uses.construct_class,
        uses.Holder,
    ]
    preamble = "\n\n\n".join(undeclared(subject) for subject in shared)
    rejected = [use for use in USES if use.rejected_by]
    text = sections([], rejected, lambda _: [], lambda use: undeclared(use.subject))
    return f"```python\n{preamble}\n```\n\n{text}"


def sections(
    header: list[str],
    declarations: Sequence[D],
    cells: Callable[[D], list[str]],
    code: Callable[[D], str],
) -> str:
    """Return a section for each: its code, the verdicts, what checkers print, what to do."""
    parts = []
    for group, members in groupby(declarations, key=lambda declaration: declaration.group):
        parts.append(f"## {group}")
        for declaration in members:
            row = [*cells(declaration), *verdicts(declaration)]
            texts = [
                f"{declaration.reason} {declaration.difference}".strip(),
                declaration.advice and f"**What to do:** {declaration.advice}",
            ]
            parts += [
                f"### {declaration.title}",
                f"```python\n{code(declaration)}\n```",
                table([*header, *CHECKERS], [row]),
                *filter(None, texts),
                *printed(declaration),
            ]
    return "\n\n".join(parts)


def printed(declaration: Declaration) -> list[str]:
    """Return what mypy and pyright print about it."""
    return [
        f"{checker} prints:\n\n```text\n{recorded[declaration.name]}\n```"
        for checker, recorded in messages.recorded().items()
        if declaration.name in recorded
    ]


def error_texts() -> str:
    """Return a table that leads from a line that a checker prints to the shape or use."""
    parts = []
    for checker, recorded in messages.recorded().items():
        found: dict[str, list[str]] = {}
        for declaration in [*SHAPES, *USES]:
            for line in telling(declaration, recorded.get(declaration.name, "").splitlines()):
                found.setdefault(re.sub(NAMES, "X", line), []).append(link(declaration))
        rows = [[f"`{line}`", ", ".join(dict.fromkeys(where))] for line, where in found.items()]
        parts.append(f"## {checker}\n\n{table(['text', 'what it is about'], rows)}")
    return "\n\n".join(parts)


def telling(declaration: Declaration, lines: list[str]) -> list[str]:
    """Return the lines of a message that differ from one mistake to another."""
    if not isinstance(declaration, Shape):
        return lines[:1]
    pairs = list(zip(lines, lines[1:]))
    got = [following.strip() for line, following in pairs if line.strip() == "Got:"]
    missing = [f"{line} {member.strip()}" for line, member in pairs if line.endswith("member:")]
    last = [line.strip() for line in lines if line.strip() != "..."][-1:]
    return got or missing or last


def differences(declarations: Sequence[Declaration]) -> str:
    """List where checkers differ, with those that differ for the same reason in one item."""
    return merged(
        (f"{in_words(declaration)}. {declaration.difference}", declaration.title)
        for declaration in declarations
        if declaration.difference
    )


def merged(items: Iterable[tuple[str, str]]) -> str:
    """List texts, with the titles of those that are the same in one item."""
    titles: dict[str, list[str]] = {}
    for item, title in items:
        titles.setdefault(item, []).append(title)
    return "\n".join(f"- **{'; '.join(names)}:** {item}" for item, names in titles.items())


Sections = Mapping[str, Callable[[], str]]

SECTIONS: Mapping[str, Sections] = {
    "README.md": {"at a glance": at_a_glance},
    "docs/matching.md": {
        "shapes": all_shapes,
        "uses": all_uses,
        "differences": lambda: differences(USES),
        "versions": versions,
    },
    "docs/shapes.md": {"shapes with code": shapes_with_code},
    "docs/uses.md": {"uses with code": uses_with_code},
    "docs/errors.md": {"error texts": error_texts},
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
    messages.record(import_module("tests.verdicts.suite").SUITE)
    write(SECTIONS)
