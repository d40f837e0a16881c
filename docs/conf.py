"""How Sphinx builds the site: tox -e docs."""

from importlib.metadata import version as installed_version
from typing import Any

from docutils import nodes

project = "stateful"
copyright = "2026, the stateful-protocol authors"  # noqa: A001
version = release = installed_version("stateful-protocol")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
default_role = "py:obj"
nitpicky = True
# Names of the standard library. To link them, the build would have to fetch its inventory.
nitpick_ignore_regex = [
    ("py:.*", r"(dict|str|None|Exception|KeyError|TypeError|ValueError|Any|typing\.Any)")
]

myst_heading_anchors = 3
smartquotes = False  # what programs print stays as they print it

# The class has no constructor to call: what it has is hidden from type checkers and from readers.
autodoc_class_signature = "separated"
autodoc_member_order = "bysource"

html_theme = "furo"
pygments_dark_style = "github-dark"
html_title = f"stateful {release}"
html_copy_source = False
html_show_sourcelink = False
html_static_path = ["pictures"]
html_css_files = ["site.css"]


def mark_verdicts(_app: Any, document: nodes.document) -> None:
    """Give verdicts a class for their color and a word for screen readers."""
    words = {"✓": "yes", "✗": "no"}
    for table in document.findall(nodes.table):
        checkers = "zuban" in table.astext()
        rows = list(table.findall(nodes.row))
        for row in rows:
            found = [(entry, words[entry.astext()]) for entry in row if entry.astext() in words]
            for entry, word in found:
                entry["classes"].append(word)
                entry[0] += nodes.inline("", f" {word}", classes=["for-screen-readers"])
            # The checkers are in the last columns.
            if checkers and len(rows) > 2 and len({word for _, word in found[-6:]}) == 2:
                row["classes"].append("disagree")
        if checkers or "✓" in table.astext():
            table["classes"].append("verdicts")


def setup(app: Any) -> None:
    app.connect("doctree-read", mark_verdicts)
