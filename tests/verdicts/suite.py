"""The shapes and uses, and the pages that need no further library."""

from __future__ import annotations

import sys
from importlib import import_module

from docs.examples import resume, test_resuming
from tests.pages.cases import CASES
from tests.pages.code_blocks import PAGES
from tests.suite import Suite
from tests.verdicts import checkers, declarations, module_shape, shapes, tables, uses
from tests.verdicts.declarations import SHAPES, USES

modules = [resume, test_resuming, uses]
if sys.version_info >= (3, 12):
    modules.append(import_module("tests.verdicts.uses_python312"))

SUITE = Suite(
    shapes=SHAPES,
    uses=USES,
    pages=PAGES,
    tables=tables.SECTIONS,
    cases=CASES,
    modules=modules,
    imported=[checkers, declarations, module_shape, shapes],
    mode="strict",
)
