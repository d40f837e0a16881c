"""The tables about PyTorch and the libraries around it.

To write them: tox exec -e interop -- python -m tests.interop.library_tables
"""

import ast

from tests.interop.objects import OBJECTS, Object, with_optimizer
from tests.interop.storages import storages
from tests.pages.tables import seen_with, table, write
from tests.project import read_text
from tests.verdicts.checkers import comments
from tests.verdicts.verdict_tables import in_words

LIBRARIES = ["torch", "accelerate", "datasets", "lightning", "torchdata", "torchmetrics"]
VERDICTS = "tests/interop/verdicts.py"


def comments_on_calls(function: str) -> dict[str, str]:
    """Return the comment behind each call of a function, by the name that it is given."""
    source = read_text(VERDICTS)
    by_line = comments(source)
    return {
        ast.unparse(node.args[0]): by_line.get(node.lineno, "")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == function
    }


def seen(row: Object) -> str:
    """Say whether it resumes, or what it loses or raises."""
    if not row.course:
        return "does not match"
    if row.torch_save == row.distributed == "":
        return "resumes with its optimizer" if row.course.saved is with_optimizer else "resumes"
    if row.torch_save == row.distributed:
        return row.torch_save
    through = {"`torch.save`": row.torch_save, "distributed": row.distributed}
    return "; ".join(f"{name}: {outcome or 'resumes'}" for name, outcome in through.items())


def objects() -> str:
    verdicts = comments_on_calls("save")
    missing = OBJECTS.keys() - verdicts.keys()
    assert not missing, f"{VERDICTS} has to save each of {missing}"
    rows = []
    for name, row in OBJECTS.items():
        verdict = f"{in_words(verdicts[name])} it" if row.course and verdicts[name] else ""
        rows.append([row.title, row.advice or "Save it.", seen(row), verdict])
    header = ["object", "what to do", "what was seen", "type checkers"]
    return table(header, rows) + seen_with(LIBRARIES)


def contents() -> dict[str, dict[str, str]]:
    """Return what each page should have between its comments."""
    return {
        "docs/libraries.md": {"objects": objects()},
        "docs/values.md": {"storages": storages()},
    }


if __name__ == "__main__":
    write(contents())
