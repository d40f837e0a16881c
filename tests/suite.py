"""What a run of the tests is about: pytest --suite verdicts, or --suite interop."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.pages import code_blocks
from tests.verdicts.checkers import Finding, check, write
from tests.verdicts.declarations import Declaration, Shape, Use, assignments, source_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import ModuleType

    from tests.pages.cases import Cases
    from tests.verdicts.tables import Sections


@dataclass(frozen=True)
class Suite:
    """Declarations, the pages about them, and the code that every type checker has to accept.

    `cases` say how the classes on pages and in examples are made and advanced. `modules` are
    checked. What they import, and the shapes do, is `imported`. `mode` is pyright's;
    `configuration` has the files that tell other checkers more.
    """

    shapes: Sequence[Shape]
    uses: Sequence[Use]
    pages: Sequence[str]
    tables: Mapping[str, Sections]
    cases: Cases
    modules: Sequence[ModuleType]
    imported: Sequence[ModuleType]
    mode: str
    configuration: Mapping[str, str] = field(default_factory=dict)

    @property
    def examples(self) -> list[str]:
        return [module.__name__ for module in self.modules if module.__name__.startswith("docs.")]

    @property
    def declarations(self) -> list[Declaration]:
        """What type checkers are asked about."""
        return [*self.shapes, *self.uses]

    def needed(self) -> dict[str, str]:
        """Return the files that those that are checked need."""
        packages = ["tests/__init__.py", "tests/verdicts/__init__.py", "tests/interop/__init__.py"]
        return {**self.configuration, **dict.fromkeys(packages, ""), **sources(self.imported)}

    def checked(self) -> dict[str, str]:
        """Return the files that are checked: the assignments, the modules and the pages."""
        return {
            "assignments.py": assignments(self.shapes),
            **sources(self.modules),
            **{
                code_blocks.file_name(page): code_blocks.code(code_blocks.text(page))
                for page in self.pages
            },
        }


WRONG = 'wrong: int = "wrong"\n'
"""The last line of every file that is checked: who reports it has read the file to its end."""


def ask(checker: str, suite: Suite, folder: Path) -> list[Finding]:
    """Return the errors of a checker in a folder of code that uses the installed library."""
    checked = {path: text + WRONG for path, text in suite.checked().items()}
    write(folder.resolve(), {**suite.needed(), **checked}, suite.mode)
    return check(checker, folder.resolve(), checked)


def sources(modules: Sequence[ModuleType]) -> dict[str, str]:
    return {source_path(module.__name__): inspect.getsource(module) for module in modules}
