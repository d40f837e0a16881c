"""The objects of real libraries, and the pages that need them."""

from __future__ import annotations

from docs.examples import torch_dcp
from tests.interop import real_objects, resuming, tables, torch_uses
from tests.interop.cases import CASES
from tests.interop.resuming import OBJECTS
from tests.pages.code_blocks import INTEROP_PAGES
from tests.project import PROJECT
from tests.suite import Suite
from tests.verdicts import checkers, declarations, module_shape, shapes, uses

UNTYPED = [
    module
    for override in PROJECT["tool"]["mypy"]["overrides"]
    if "ignore_missing_imports" in override
    for module in override["module"]
]

SUITE = Suite(
    shapes=OBJECTS,
    uses=[],
    pages=INTEROP_PAGES,
    tables=tables.SECTIONS,
    cases=CASES,
    modules=[torch_dcp, torch_uses],
    imported=[checkers, declarations, module_shape, shapes, uses, resuming, real_objects],
    mode="standard",  # the strict one reports what the libraries leave without a type
    configuration={"mypy.ini": f"[mypy-{','.join(UNTYPED)}]\nfollow_untyped_imports = True\n"},
)
