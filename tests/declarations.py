"""How a shape or a use of the protocol is declared, together with the verdicts expected for it.

A verdict stands nowhere else: the tests, every type checker's run and the tables are made from
`SHAPES` and `USES`.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Callable, TypeVar, Union

T = TypeVar("T")

RunTime = Union[bool, type[Exception]]
"""What `isinstance` answers, or the exception that constructing the object raises."""

Refusals = Mapping[str, str]
"""The checkers that refuse, each with the code of its error."""


def _refusals(mypy: str, pyright: str, pyrefly: str, ty: str) -> Refusals:
    return {
        "mypy": mypy,
        "pyright": pyright,
        "basedpyright": pyright,
        "pyrefly": pyrefly,
        "ty": ty,
        "zuban": mypy,
    }


ACCEPTED: Refusals = {}
ARGUMENT = _refusals("arg-type", "reportArgumentType", "bad-argument-type", "invalid-argument-type")
ASSIGNMENT = _refusals("assignment", "reportAssignmentType", "bad-assignment", "invalid-assignment")
ATTRIBUTE = _refusals(
    "attr-defined", "reportAttributeAccessIssue", "missing-attribute", "missing-attribute"
)
BOUND = _refusals("type-var", "reportArgumentType", "bad-specialization", "invalid-argument-type")
CONSTRUCTION = _refusals(
    "abstract", "reportAbstractUsage", "bad-instantiation", "abstract-class-instantiation"
)
FINAL = _refusals(
    "misc", "reportGeneralTypeIssues", "bad-class-definition", "abstract-method-in-final-class"
)
MISSING_ARGUMENT = _refusals("call-arg", "reportCallIssue", "missing-argument", "missing-argument")
OVERRIDE = _refusals(
    "override", "reportIncompatibleMethodOverride", "bad-override", "incompatible-method-override"
)
PROTOCOL_CONSTRUCTION = {**CONSTRUCTION, "mypy": "misc"}
RETURN = _refusals("return-value", "reportReturnType", "bad-return", "invalid-explicit-return")
SURPLUS_ARGUMENT = _refusals(
    "call-arg", "reportCallIssue", "bad-argument-count", "too-many-positional-arguments"
)
TYPE_ARGUMENT = _refusals(
    "type-var", "reportInvalidTypeArguments", "bad-specialization", "invalid-type-arguments"
)


def by(refusals: Refusals, *checkers: str) -> Refusals:
    """Only the refusals of the checkers named."""
    return {checker: refusals[checker] for checker in checkers}


def not_by(refusals: Refusals, *checkers: str) -> Refusals:
    """The refusals of all checkers but those named."""
    return {checker: code for checker, code in refusals.items() if checker not in checkers}


@dataclass(frozen=True)
class Declaration:
    """A shape (a class or module that may match) or a use (a function that uses the protocol)."""

    subject: Any
    title: str
    refused_by: Refusals
    difference: str
    run_time: RunTime = True
    expression: str = ""

    @property
    def name(self) -> str:
        return str(self.subject.__name__)

    @property
    def reason(self) -> str:
        return inspect.getdoc(self.subject) or ""

    @property
    def module(self) -> str:
        """The module from which code that uses it imports it."""
        return self.name if inspect.ismodule(self.subject) else str(self.subject.__module__)

    def construct(self) -> Any:
        """Return the object that a shape is about."""
        return self.subject() if self.expression.endswith("()") else self.subject

    def disagreement(self, checker: str, codes: set[str]) -> str:
        """Say how a checker's errors differ from those expected of it, or nothing."""
        expected = self.refused_by.get(checker)
        if expected in codes if expected else not codes:
            return ""
        return (
            f"{self.title}: {checker} {version(checker)} was expected to "
            f"{f'refuse it ({expected})' if expected else 'accept it'} and gave "
            f"{', '.join(sorted(codes)) or 'no error'}"
        )


def assignments(declarations: Sequence[Declaration]) -> str:
    """Return code that ends with a line for each object, assigning it to a `Stateful`."""
    modules = sorted({declaration.module for declaration in declarations})
    lines = [f"import {module}" for module in modules]
    lines += ["from stateful import Stateful", "value: Stateful"]
    for declaration in declarations:
        name = declaration.name
        qualified = name if declaration.module == name else f"{declaration.module}.{name}"
        lines.append(f"value = {declaration.expression.format(qualified)}")
    return "\n".join(lines) + "\n"


def assignment_line(declarations: Sequence[Declaration], declaration: Declaration) -> int:
    """Return which line of these assignments is about the declaration."""
    first = assignments(declarations).count("\n") - len(declarations) + 1
    return first + declarations.index(declaration)


SHAPES: list[Declaration] = []
USES: list[Declaration] = []


def shape(
    title: str,
    *,
    run_time: RunTime,
    refused_by: Refusals = ACCEPTED,
    difference: str = "",
    expression: str = "{}()",
) -> Callable[[T], T]:
    """Declare a shape of object.

    Args:
        title: What the tables call it.
        run_time: What `isinstance` answers, or the exception that constructing it raises.
        refused_by: The checkers that refuse it where a `Stateful` is wanted.
        difference: Why checkers differ, where they do.
        expression: How the object is made, with ``{}`` for the name of what is declared.
    """

    def declare(subject: T) -> T:
        SHAPES.append(Declaration(subject, title, refused_by, difference, run_time, expression))
        return subject

    return declare


def use(title: str, *, refused_by: Refusals = ACCEPTED, difference: str = "") -> Callable[[T], T]:
    """Declare a use of the protocol; the arguments are those of `shape`."""

    def declare(subject: T) -> T:
        USES.append(Declaration(subject, title, refused_by, difference))
        return subject

    return declare
