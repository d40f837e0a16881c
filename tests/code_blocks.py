"""The Python code blocks of the pages that people read."""

from __future__ import annotations

from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[1]
PAGES = ["README.md", "docs/matching.md"]


def python(page: str) -> str:
    """Return the code of a page as one module, with each line where it stands on the page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    lines = [""] * len(text.splitlines())
    for token in MarkdownIt().parse(text):
        if token.type == "fence" and token.info == "python" and token.map:
            code = token.content.splitlines()
            first = token.map[0] + 1
            lines[first : first + len(code)] = code
    return "\n".join(lines) + "\n"
