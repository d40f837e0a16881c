"""Tables that a command writes into pages, between two comments."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version

from tests.project import ROOT, read_text


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def seen_with(distributions: Sequence[str]) -> str:
    versions = [f"{name} {version(name).split('+')[0]}" for name in distributions]
    return f"\n\nSeen with {', '.join(versions)}."


def rendered(page: str, contents: Mapping[str, str]) -> str:
    """Return the text that a page should have: its own, with these contents by their names."""
    page_text = read_text(page)
    for name, content in contents.items():
        before, begin, rest = page_text.partition(f"<!-- table: {name} -->\n")
        _, end, after = rest.partition("<!-- end of table -->\n")
        assert end, f"{page} has no place for the table {name!r}"
        page_text = f"{before}{begin}\n{content}\n\n{end}{after}"
    return page_text


def write(pages: Mapping[str, Mapping[str, str]]) -> None:
    """Write the pages that have changed: other environments may be reading them."""
    for page, contents in pages.items():
        if rendered(page, contents) != read_text(page):
            (ROOT / page).write_text(rendered(page, contents), encoding="utf-8")
