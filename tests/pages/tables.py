"""Tables that a command writes into pages, between two comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.pages.code_blocks import text
from tests.project import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def rendered(page: str, contents: Mapping[str, str]) -> str:
    """Return the text that a page should have: its own, with these contents by their names."""
    page_text = text(page)
    for name, content in contents.items():
        before, begin, rest = page_text.partition(f"<!-- table: {name} -->\n")
        _, end, after = rest.partition("<!-- end of table -->\n")
        assert end, f"{page} has no place for the table {name!r}"
        page_text = f"{before}{begin}\n{content}\n\n{end}{after}"
    return page_text


def write(page: str, contents: Mapping[str, str]) -> None:
    (ROOT / page).write_text(rendered(page, contents), encoding="utf-8")
