"""What `isinstance` and the type checkers say of objects of real libraries."""

from __future__ import annotations

from collections.abc import Callable

import code_blocks
import declarations
import interop_tables
import pytest
import real_objects
import torch_dcp
import torch_uses
import uses
from checkers import Finding, check, write
from declarations import Declaration, assignment_line, assignments
from real_objects import OBJECTS, UNTYPED
from torch.distributed.checkpoint.stateful import Stateful as TorchStateful

from stateful import Stateful

PAGES = list(interop_tables.SECTIONS)


@pytest.fixture(scope="session")
def findings(checker: str, tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """The errors of a checker in a folder of code that uses the libraries."""
    folder = tmp_path_factory.mktemp(checker)
    texts = {"assignments.py": assignments(OBJECTS), **code_blocks.modules(PAGES)}
    # In the strict mode pyright would report what the libraries leave without a type.
    modules = [declarations, real_objects, torch_dcp, torch_uses, uses]
    write(folder, modules, texts, mode="standard")
    return check(checker, folder, ["torch_dcp.py", "torch_uses.py", *texts])


@pytest.mark.parametrize("declaration", OBJECTS + UNTYPED, ids=lambda declaration: declaration.name)
def test_isinstance(declaration: Declaration) -> None:
    value = declaration.construct()
    assert isinstance(value, Stateful) is declaration.run_time
    assert isinstance(value, TorchStateful) is declaration.run_time


@pytest.mark.parametrize("declaration", OBJECTS, ids=lambda declaration: declaration.name)
def test_verdict(
    checker: str,
    declaration: Declaration,
    findings: list[Finding],
    record_property: Callable[[str, object], None],
) -> None:
    record_property("checker", checker)
    line = assignment_line(OBJECTS, declaration)
    codes = {finding.code for finding in findings if finding[:2] == ("assignments.py", line)}
    assert not declaration.disagreement(checker, codes)


def test_either_protocol_stands_for_the_other(findings: list[Finding]) -> None:
    """No checker objects to `torch_uses.py`, nor to the example or to the code of the pages."""
    assert [finding for finding in findings if finding.file != "assignments.py"] == []
