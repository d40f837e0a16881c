"""The public surface: two names, two methods, and nothing that was not decided."""

import inspect
import subprocess
import sys
import textwrap
from importlib import metadata
from typing import Any

import pytest
import typing_extensions
from packaging.requirements import Requirement

import stateful
from stateful import Stateful, StatefulT


def test_module_has_two_names_beside_what_it_imports() -> None:
    assert stateful.__all__ == ["Stateful", "StatefulT"]
    imported = {
        "abstractmethod",
        "Any",
        "Protocol",
        "runtime_checkable",
        "TYPE_CHECKING",
        "TypeVar",
    }
    own = {name for name in vars(stateful) if not name.startswith("__")} - imported
    assert own == {"Stateful", "StatefulT"}


def printed_by(*lines: str) -> str:
    """Run lines of code in a new interpreter."""
    command = [sys.executable, "-I", "-c", "\n".join(lines)]
    return subprocess.check_output(command, encoding="utf-8").strip()


def test_import_loads_nothing_but_what_typing_extensions_needs() -> None:
    before = "import sys, abc, typing, typing_extensions; before = set(sys.modules)"
    after = "import stateful; print(set(sys.modules) - before)"
    assert printed_by(before, after) == "{'stateful'}"


def test_import_needs_no_init_in_the_protocol_of_typing_extensions() -> None:
    """A later release may give protocols none."""
    other = "import typing_extensions as t; t.Protocol, t.runtime_checkable = object, lambda c: c"
    shown = "import stateful; print('__init__' in vars(stateful.Stateful))"
    assert printed_by(other, shown) == "False"


def test_distribution_depends_on_typing_extensions_only() -> None:
    requirements = metadata.requires("stateful-protocol") or []
    assert [Requirement(line).name for line in requirements] == ["typing_extensions"]


def example(documented: object) -> dict[str, Any]:
    """Run the indented code in a docstring, and return its names."""
    _, _, rest = (inspect.getdoc(documented) or "").partition("::\n\n")
    lines = [line for line in rest.splitlines() if line.startswith("    ") or not line]
    names = {**vars(stateful), "Any": Any}
    exec(textwrap.dedent("\n".join(lines)), names)
    return names


def test_examples_in_the_docstrings_restore_a_counter() -> None:
    counter = example(Stateful)["Counter"]()
    restored = example(stateful)["restored"](counter, {"count": 3})
    assert restored is counter
    assert counter.state_dict() == {"count": 3}
    assert isinstance(counter, Stateful)


def test_stateful_is_a_protocol_of_typing_extensions_with_two_members() -> None:
    # `is`, not `in`: typing_extensions.Protocol compares equal to typing.Protocol.
    assert any(base is typing_extensions.Protocol for base in Stateful.__mro__)
    members = typing_extensions.get_protocol_members(Stateful)
    assert members == {"state_dict", "load_state_dict"}


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        ("state_dict", "(self) -> dict[str, typing.Any]"),
        ("load_state_dict", "(self, state_dict: dict[str, typing.Any]) -> None"),
    ],
)
def test_method_is_documented_and_has_this_signature(name: str, signature: str) -> None:
    method = vars(Stateful)[name]
    assert inspect.isfunction(method)
    assert method.__doc__
    assert str(inspect.signature(method)) == signature


def test_type_variable_is_invariant_and_bound_to_the_protocol() -> None:
    assert StatefulT.__name__ == "StatefulT"
    assert StatefulT.__bound__ is Stateful
    assert not StatefulT.__covariant__
    assert not StatefulT.__contravariant__
