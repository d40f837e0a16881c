"""The code of what is declared, as a reader would write it."""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING, Any

from tests.verdicts.declarations import SHAPES

if TYPE_CHECKING:
    from tests.verdicts.declarations import Shape


def code(shape: Shape) -> str:
    """Return the code of a shape, after that of the classes that are there only for it."""
    names = vars(inspect.getmodule(shape.subject))
    declared = [other.subject for other in SHAPES]
    used = [
        names[node.id]
        for node in ast.walk(ast.parse(inspect.getsource(shape.subject)))
        if isinstance(node, ast.Name) and node.id in names
    ]
    needed = [
        value
        for value in dict.fromkeys(value for value in used if inspect.isclass(value))
        if value.__module__ == shape.module and value not in declared
    ]
    return "\n\n\n".join(undeclared(subject) for subject in [*needed, shape.subject])


def undeclared(subject: Any) -> str:
    """Return the source of a class, function or module without declaration and docstring."""
    source = inspect.getsource(subject)
    lines, node = source.splitlines(), ast.parse(source)
    first = 0
    if not inspect.ismodule(subject):
        [node] = node.body  # type: ignore[assignment]
        first = node.lineno - 1  # type: ignore[attr-defined]
    if ast.get_docstring(node):
        docstring = node.body[0]
        del lines[docstring.lineno - 1 : docstring.end_lineno]
        if not node.body[1:]:
            return f"{lines[first]} ..."
    return "\n".join(line for i, line in enumerate(lines[first:]) if line or i != 1).strip()
