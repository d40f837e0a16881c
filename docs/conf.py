"""How Sphinx builds the site: tox -e docs."""

from importlib.metadata import version as installed_version

project = "stateful"
copyright = "2026, the stateful-protocol authors"  # noqa: A001
version = release = installed_version("stateful-protocol")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
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
html_static_path = ["static"]
html_css_files = ["site.css"]
