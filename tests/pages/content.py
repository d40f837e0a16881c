"""What the pages hold that people read: Python code, and texts that programs print."""

import os
import re
import runpy
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from tests.project import ROOT, read_text

INTEROP_PAGES = ["docs/pytorch.md", "docs/values.md"]
ALL_PAGES = ["README.md", *sorted(f"docs/{file.name}" for file in ROOT.glob("docs/*.md"))]
PAGES = [
    page for page in ALL_PAGES if "```python\n" in read_text(page) and page not in INTEROP_PAGES
]
"""The pages with code that needs no PyTorch."""


def code(page: str) -> str:
    """Return the code of a page as one module, with each line where it stands on the page."""
    markdown = read_text(page)
    lines = [""] * len(markdown.splitlines())
    for token in MarkdownIt().parse(markdown):
        if token.type == "fence" and token.info == "python" and token.map:
            block = token.content.splitlines()
            first = token.map[0] + 1
            lines[first : first + len(block)] = block
    return "\n".join(lines) + "\n"


def file_name(page: str) -> str:
    """Return the name under which a page's code is run and checked."""
    return f"{Path(page).stem.lower()}_page.py"


def run(page: str, folder: Path) -> dict[str, Any]:
    """Run the code of a page from a file, in its folder, and return its names."""
    file = folder / file_name(page)
    file.write_text(f"{code(page)}reached_its_end = True\n", encoding="utf-8")
    before = Path.cwd()
    os.chdir(folder)
    try:
        return runpy.run_path(str(file), run_name=file.stem)
    finally:
        os.chdir(before)


def pattern(quoted: str) -> str:
    """Return what matches a quoted text. … stands for any text."""
    return ".*".join(map(re.escape, quoted.split("…")))


def anchors(file: Path) -> set[str]:
    """Return the anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.*)", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def quoted_rows(*headings: str) -> list[list[str]]:
    """Return the texts in the first cells of the tables below headings of docs/errors.md."""
    sections = read_text("docs/errors.md").split("\n## ")
    tables = [section for section in sections if section.startswith(headings)]
    cells = re.findall(r"^\| (`.*?) \|", "".join(tables), re.MULTILINE)
    return [re.findall("`([^`]+)`", cell) for cell in cells]
