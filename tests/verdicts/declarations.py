"""How a shape or a use of the protocol is declared, together with the verdicts expected for it.

A verdict stands nowhere else: the tests, every type checker's run and the tables are made from
what is declared.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, TypeVar, Union

if TYPE_CHECKING:
    from tests.verdicts.checkers import Finding

T = TypeVar("T")

RunTime = Union[bool, type[Exception]]
"""What `isinstance` answers, or the exception that constructing the object raises."""

Rejections = Mapping[str, str]
"""The checkers that reject, each with the code of its error."""


def _rejections(mypy: str, pyright: str, pyrefly: str, ty: str) -> Rejections:
    return {
        "mypy": mypy,
        "pyright": pyright,
        "basedpyright": pyright,
        "pyrefly": pyrefly,
        "ty": ty,
        "zuban": mypy,
    }


ACCEPTED: Rejections = {}
ARGUMENT = _rejections(
    "arg-type", "reportArgumentType", "bad-argument-type", "invalid-argument-type"
)
ASSIGNMENT = _rejections(
    "assignment", "reportAssignmentType", "bad-assignment", "invalid-assignment"
)
ATTRIBUTE = _rejections(
    "attr-defined", "reportAttributeAccessIssue", "missing-attribute", "missing-attribute"
)
BOUND = _rejections("type-var", "reportArgumentType", "bad-specialization", "invalid-argument-type")
CONSTRUCTION = _rejections(
    "abstract", "reportAbstractUsage", "bad-instantiation", "abstract-class-instantiation"
)
FINAL = _rejections(
    "misc", "reportGeneralTypeIssues", "bad-class-definition", "abstract-method-in-final-class"
)
MISSING_ARGUMENT = _rejections(
    "call-arg", "reportCallIssue", "missing-argument", "missing-argument"
)
OVERRIDE = _rejections(
    "override", "reportIncompatibleMethodOverride", "bad-override", "incompatible-method-override"
)
PROTOCOL_CONSTRUCTION = {**CONSTRUCTION, "mypy": "misc"}
RETURN = _rejections("return-value", "reportReturnType", "bad-return", "invalid-explicit-return")
SURPLUS_ARGUMENT = _rejections(
    "call-arg", "reportCallIssue", "bad-argument-count", "too-many-positional-arguments"
)
TYPE_ARGUMENT = _rejections(
    "type-var", "reportInvalidTypeArguments", "bad-specialization", "invalid-type-arguments"
)


def only(rejections: Rejections, *checkers: str) -> Rejections:
    """Return the rejections of the checkers named."""
    return {checker: rejections[checker] for checker in checkers}


def all_but(rejections: Rejections, *checkers: str) -> Rejections:
    """Return the rejections of all checkers but those named."""
    rest = dict(rejections)
    for checker in checkers:
        del rest[checker]
    return rest


@dataclass(frozen=True)
class Declaration:
    """What checkers are asked about, where it stands, which of them reject it, and what to do.

    `reason` says why a shape matches or not; a use has its title only.
    """

    group: str
    name: str
    title: str
    rejected_by: Rejections
    difference: str
    reason: str
    advice: str
    file: str
    lines: range
    subject: Any

    def is_about(self, finding: Finding) -> bool:
        return finding.file == self.file and finding.line in self.lines

    def disagreement(self, checker: str, findings: Sequence[Finding]) -> str:
        """Say how a checker's errors differ from those expected of it, or nothing."""
        codes = {finding.code for finding in findings if self.is_about(finding)}
        expected = self.rejected_by.get(checker)
        if expected in codes if expected else not codes:
            return ""
        return (
            f"{self.title}: {checker} was expected to "
            f"{f'reject it ({expected})' if expected else 'accept it'} and gave "
            f"{', '.join(sorted(codes)) or 'no error'}"
        )


@dataclass(frozen=True)
class Shape(Declaration):
    """An object that may match, and the expression that is assigned to a `Stateful`."""

    expression: str
    module: str
    run_time: RunTime

    def make(self) -> Any:
        root = self.module.partition(".")[0]
        return eval(self.expression, {root: importlib.import_module(root)})


@dataclass(frozen=True)
class Use(Declaration):
    """A function that uses the protocol: its subject."""


GROUPS = [""]
SHAPES: list[Shape] = []
USES: list[Use] = []

_ASSIGNMENTS = """\
import {}
from stateful import Stateful
value: Stateful
"""


def group(title: str) -> None:
    """Begin a group: the declarations that follow are in it."""
    GROUPS.append(title)


def assignments(shapes: Sequence[Shape]) -> str:
    """Return code with a line for each object, in which it is assigned to a `Stateful`."""
    modules = ", ".join(sorted({shape.module for shape in shapes}))
    lines = [f"value = {shape.expression}\n" for shape in shapes]
    return _ASSIGNMENTS.format(modules) + "".join(lines)


def source_path(module: str) -> str:
    """Return where a module's file stands in the project."""
    return f"{module.replace('.', '/')}.py"


def shape(
    title: str,
    *,
    run_time: RunTime,
    rejected_by: Rejections = ACCEPTED,
    difference: str = "",
    expression: str = "{}()",
    shapes: list[Shape] = SHAPES,
) -> Callable[[T], T]:
    """Declare a shape of object.

    Args:
        title: What the tables call it.
        run_time: What `isinstance` answers, or the exception that constructing it raises.
        rejected_by: The checkers that reject it where a `Stateful` is wanted.
        difference: Why checkers differ, where they do.
        expression: How the object is made, with ``{}`` for the name of what is declared.
        shapes: Where it is added. Its place is its line in the `assignments` of these.
    """

    def declare(subject: Any) -> Any:
        name = subject.__name__
        reason, _, advice = (inspect.getdoc(subject) or "").partition("\n\n")
        module = name if inspect.ismodule(subject) else subject.__module__
        line = _ASSIGNMENTS.count("\n") + len(shapes) + 1
        shapes.append(
            Shape(
                group=GROUPS[-1],
                name=name.rpartition(".")[2],
                title=title,
                rejected_by=rejected_by,
                difference=difference,
                file="assignments.py",
                lines=range(line, line + 1),
                subject=subject,
                expression=expression.format(name if name == module else f"{module}.{name}"),
                module=module,
                reason=reason,
                advice=advice.replace("\n", " "),
                run_time=run_time,
            )
        )
        return subject

    return declare


def use(
    title: str, *, rejected_by: Rejections = ACCEPTED, difference: str = ""
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a use of the protocol; the arguments are those of `shape`."""

    def declare(function: Callable[..., None]) -> Callable[..., None]:
        source, first = inspect.getsourcelines(function)
        USES.append(
            Use(
                group=GROUPS[-1],
                name=function.__name__,
                title=title,
                rejected_by=rejected_by,
                difference=difference,
                reason="",
                advice=inspect.getdoc(function) or "",
                file=source_path(function.__module__),
                lines=range(first, first + len(source)),
                subject=function,
            )
        )
        return function

    return declare
