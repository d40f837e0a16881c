"""The shapes and uses, and the pages that need no further library."""

from __future__ import annotations

from docs.examples import resume, test_resuming
from tests.pages.cases import CASES
from tests.pages.code_blocks import PAGES
from tests.suite import Suite
from tests.verdicts import USES_MODULES, checkers, declarations, module_shape, shapes, tables
from tests.verdicts.declarations import SHAPES, USES

SUITE = Suite(
    shapes=SHAPES,
    uses=USES,
    pages=PAGES,
    tables=tables.SECTIONS,
    cases=CASES,
    modules=[resume, test_resuming, *USES_MODULES],
    imported=[checkers, declarations, module_shape, shapes],
    mode="strict",
)
