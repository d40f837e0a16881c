"""The Python code blocks of the pages that people read."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[1]
PAGES = [
    "README.md",
    "docs/index.md",
    "docs/writing.md",
    "docs/recognising.md",
    "docs/helpers.md",
    "docs/matching.md",
    "docs/migrating.md",
]


def code(page: str) -> str:
    """Return the code of a page as one module, with each line where it stands on the page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    lines = [""] * len(text.splitlines())
    for token in MarkdownIt().parse(text):
        if token.type == "fence" and token.info == "python" and token.map:
            block = token.content.splitlines()
            first = token.map[0] + 1
            lines[first : first + len(block)] = block
    return "\n".join(lines) + "\n"


def modules(pages: Iterable[str]) -> dict[str, str]:
    """Return the code of each page under the name of a module."""
    return {f"{Path(page).stem.lower()}_page.py": code(page) for page in pages}


def run(page: str, folder: Path) -> dict[str, Any]:
    """Run the code of a page, from a file as some libraries want it, and return its names."""
    [(name, text)] = modules([page]).items()
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return runpy.run_path(str(file), run_name=file.stem)
