"""The tables about PyTorch and the libraries around it.

To write them: tox exec -e interop -- python -m tests.interop.library_tables
"""

import re

from tests.interop.objects import OBJECTS, Object, with_optimizer
from tests.interop.storages import storages
from tests.pages.tables import seen_with, table, write
from tests.project import read_text
from tests.verdicts.verdict_tables import in_words

LIBRARIES = [
    *("torch", "accelerate", "datasets", "lightning", "litdata", "mosaicml-streaming"),
    *("pytorch-ignite", "schedulefree", "timm", "torchao", "torchdata", "torchmetrics"),
]
VERDICTS = "tests/interop/verdicts.py"


def matches(name: str, row: Object) -> str:
    """Say whether it matches, and which type checkers reject it all the same."""
    if not row.kind:
        return "no"
    [line] = re.findall(rf"^{name}: .*", read_text(VERDICTS), re.MULTILINE)
    _, _, comment = line.partition("  ")
    return f"yes; {in_words(comment)} it" if comment else "yes"


def resumes(row: Object) -> str:
    if not row.kind:
        return ""
    if not row.torch_save and not row.distributed:
        return "yes, with its optimizer" if row.kind.saved is with_optimizer else "yes"
    if row.torch_save == row.distributed:
        return row.torch_save
    through = [("`torch.save`", row.torch_save), ("distributed", row.distributed)]
    return "; ".join(f"{way}: {outcome or 'yes'}" for way, outcome in through)


def objects() -> str:
    rows = [
        [row.title, matches(name, row), resumes(row), row.advice] for name, row in OBJECTS.items()
    ]
    return table(["object", "matches", "resumes", "what to do"], rows) + seen_with(LIBRARIES)


def contents() -> dict[str, dict[str, str]]:
    """Return what each page should have between its comments."""
    return {
        "docs/libraries.md": {"objects": objects()},
        "docs/values.md": {"storages": storages()},
    }


if __name__ == "__main__":
    write(contents())
