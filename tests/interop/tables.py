"""The tables about PyTorch and the libraries around it.

To write them: tox exec -e interop -- python -m tests.interop.tables
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from importlib.metadata import version

from tests.interop.objects import OBJECTS, Object, WithOptimizer
from tests.interop.storages import storages
from tests.pages.code_blocks import text
from tests.pages.tables import rendered, table, write
from tests.verdicts.checkers import comments
from tests.verdicts.tables import in_words

LIBRARIES = [
    *("torch", "accelerate", "datasets", "lightning", "litdata", "mosaicml-streaming"),
    *("pytorch-ignite", "schedulefree", "timm", "torchao", "torchdata", "torchmetrics"),
]
VERDICTS = "tests/interop/verdicts.py"


def versions(libraries: list[str]) -> str:
    return ", ".join(f"{name} {version(name).split('+')[0]}" for name in libraries)


def matches(row: Object) -> str:
    """Say whether it matches, and which type checkers reject it all the same."""
    lines = text(VERDICTS).splitlines()
    [line] = [n for n, code in enumerate(lines, 1) if code.startswith(f"{row.make.__name__}: ")]
    comment = comments(text(VERDICTS)).get(line, "")
    if not row.kind:
        return "no"
    return f"yes; {in_words(comment)} it" if comment else "yes"


def resumes(row: Object) -> str:
    if not row.kind:
        return ""
    if not row.torch_save and not row.distributed:
        return "yes, with its optimizer" if row.kind.saved is WithOptimizer else "yes"
    if row.torch_save == row.distributed:
        return row.torch_save
    through = [("`torch.save`", row.torch_save), ("distributed", row.distributed)]
    return "; ".join(f"{way}: {outcome or 'yes'}" for way, outcome in through)


def objects(date: str) -> str:
    rows = [[row.title, matches(row), resumes(row), row.advice] for row in OBJECTS]
    return (
        f"{table(['object', 'matches', 'resumes', 'what to do'], rows)}\n\n"
        f"Seen on {date} with {versions(LIBRARIES)}."
    )


def contents(date: str) -> dict[str, dict[str, str]]:
    """Return what each page should have between its comments."""
    return {
        "docs/libraries.md": {"objects": objects(date)},
        "docs/values.md": {"storages": storages()},
    }


def date_on_the_page() -> str:
    [date] = re.findall(r"Seen on (\S+)", text("docs/libraries.md"))
    return str(date)


def main() -> None:
    """Write the tables; the date changes only when another line does."""
    date = date_on_the_page()
    if any(text(page) != rendered(page, tables) for page, tables in contents(date).items()):
        date = f"{datetime.now(UTC):%Y-%m-%d}"
    for page, tables in contents(date).items():
        write(page, tables)


if __name__ == "__main__":
    main()
