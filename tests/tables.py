"""Writes which shapes type checkers accept, on docs/matching.md: tox -e tables."""

import re

from tests.project import PROJECT, ROOT, read_text
from tests.verdicts import shapes
from tests.verdicts.checkers import rejects

PAGE = "docs/matching.md"
CHECKERS = ["mypy", "pyright", "pyrefly", "ty", "zuban"]
BEGIN, END = "<!-- written by tox -e tables -->\n", "<!-- end of what it writes -->\n"


def shape_lists() -> str:
    """Return two lists and a table: who accepts each shape, and what `isinstance` answers."""
    accepted, rejected, disputed = [], [], []
    for line in read_text("tests/verdicts/shapes.py").splitlines():
        if assigned := re.match(r"(\w+): Stateful = ", line):
            shape = getattr(shapes, assigned[1])
            title = shape.__doc__.partition(": ")[0].rstrip(".")
            if any(shape is other for other in shapes.NO_MATCH):
                title += " (`isinstance` answers no)"
            rejecting = [checker for checker in CHECKERS if rejects(checker, "", line)]
            if not rejecting:
                accepted.append(f"- {title}")
            elif rejecting == CHECKERS:
                rejected.append(f"- {title}")
            else:
                disputed.append(f"| {title} | {', '.join(rejecting)} |")
    parts = [
        "\n### Accepted by all type checkers\n",
        *accepted,
        "\n### Rejected by all type checkers\n",
        *rejected,
        "\n### Where type checkers differ\n",
        "| shape | rejected by |",
        "| --- | --- |",
        *disputed,
    ]
    return "\n".join(parts) + "\n\n"


def main() -> None:
    before, _, rest = read_text(PAGE).partition(BEGIN)
    _, _, after = rest.partition(END)
    text = before + BEGIN + shape_lists() + END + after
    groups = PROJECT["dependency-groups"]
    pins = ", ".join([*groups["mypy"], *groups["checkers"][1:]]).replace("==", " ")
    seen = f"Seen with {pins}, each in its strict mode, where it has one."
    text = re.sub(r"Seen with .*zuban.*", seen, text)
    (ROOT / PAGE).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
