"""The objects of real libraries, and the pages that need them."""

from __future__ import annotations

from docs.examples import torch_dcp
from tests.interop import real_objects, tables, torch_uses
from tests.interop.cases import CASES
from tests.interop.real_objects import OBJECTS, UNTYPED
from tests.pages.code_blocks import INTEROP_PAGES
from tests.suite import Suite
from tests.verdicts import checkers, declarations, module_shape, shapes, uses

SUITE = Suite(
    shapes=OBJECTS,
    uses=[],
    pages=INTEROP_PAGES,
    tables=tables.SECTIONS,
    cases=CASES,
    modules=[torch_dcp, torch_uses],
    imported=[checkers, declarations, module_shape, shapes, uses, real_objects],
    mode="standard",  # the strict one reports what the libraries leave without a type
    untyped=UNTYPED,
)
