"""The texts that docs/errors.md quotes: a row has one for every form in which it is printed."""

import re

from tests.project import read_text


def quoted_rows(heading: str) -> list[list[str]]:
    """Return the texts in the first cells of the table below a heading."""
    _, _, section = read_text("docs/errors.md").partition(f"## {heading}\n")
    table, _, _ = section.partition("\n## ")
    first_cells = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    return [re.findall("`([^`]+)`", cell) for cell in first_cells]


def pattern(quoted: str) -> re.Pattern[str]:
    """Return what matches a quoted text. … stands for any text."""
    return re.compile(".*".join(map(re.escape, quoted.split("…"))))


def is_quoted(printed: str, row: list[str]) -> bool:
    """Tell whether a row has what is printed, on however many lines."""
    on_one_line = " ".join(printed.split())
    return any(pattern(text).search(on_one_line) for text in row)
