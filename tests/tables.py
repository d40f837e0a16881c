"""The tables of verdicts, made from the declarations. To write them: python tests/tables.py."""

from __future__ import annotations

import sys
from pathlib import Path

import shapes
from checkers import CHECKERS
from declarations import SHAPES, Declaration

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


def run_time(declaration: Declaration) -> str:
    """Say what `isinstance` answers."""
    if isinstance(declaration.run_time, bool):
        return "yes" if declaration.run_time else "no"
    return f"`{declaration.run_time.__name__}`"


def checkers(declaration: Declaration) -> str:
    """Say in words which checkers accept and which refuse."""
    refusing = [checker for checker in CHECKERS if checker in declaration.refused_by]
    accepting = [checker for checker in CHECKERS if checker not in declaration.refused_by]
    verdict, exceptions = (
        ("accept", refusing) if len(refusing) < len(accepting) else ("refuse", accepting)
    )
    return f"all but {' and '.join(exceptions)} {verdict}" if exceptions else f"all {verdict}"


def versions() -> str:
    """List the checkers with the versions that are asked."""
    pins = [
        requirement.split(";")[0]
        for checker in CHECKERS
        for requirement in PROJECT["dependency-groups"][checker][-1:]
    ]
    return ", ".join(pin.strip().replace("==", " ") for pin in pins)


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def at_a_glance() -> str:
    chosen = [shape for shape in SHAPES if shape.subject in AT_A_GLANCE]
    rows = [[shape.title, run_time(shape), checkers(shape)] for shape in chosen]
    return (
        table(["shape", "`isinstance`", "type checkers"], rows)
        + f"\n\nThe type checkers are {versions()}, each in its strict mode, where it has one."
    )


SECTIONS = {
    "README.md": {"at a glance": at_a_glance},
}


def written(file: str) -> str:
    """Return the text that a file should have: its own, with each table made anew."""
    text = (ROOT / file).read_text(encoding="utf-8")
    for name, make in SECTIONS[file].items():
        before, begin, rest = text.partition(f"<!-- table: {name} -->\n")
        _, end, after = rest.partition("<!-- end of table -->\n")
        assert end, f"{file} has no place for the table {name!r}"
        text = f"{before}{begin}\n{make()}\n\n{end}{after}"
    return text


if __name__ == "__main__":
    for file in SECTIONS:
        (ROOT / file).write_text(written(file), encoding="utf-8")
