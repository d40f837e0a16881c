"""The public surface: two names, two methods, and nothing that was not decided."""

from __future__ import annotations

import inspect
import pickle
import subprocess
import sys
import textwrap
from importlib import metadata
from pathlib import Path
from typing import Any, get_type_hints

import pytest
import typing_extensions
from typing_extensions import get_protocol_members, is_protocol

import stateful
import tests
from stateful import Stateful, StatefulT


def test_two_names_are_public() -> None:
    assert stateful.__all__ == ["Stateful", "StatefulT"]


def test_import_loads_nothing_but_what_typing_extensions_needs() -> None:
    code = (
        "import sys, abc, typing, typing_extensions\n"
        "before = set(sys.modules)\n"
        "import stateful\n"
        "print(sorted(set(sys.modules) - before))"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, check=True, encoding="utf-8"
    )
    assert run.stdout == "['stateful']\n"


def test_module_has_no_name_beside_the_two_and_what_it_imports() -> None:
    imported = {
        "abstractmethod",
        "TYPE_CHECKING",
        "Any",
        "TypeVar",
        "Protocol",
        "runtime_checkable",
    }
    usual = vars(tests).keys()  # those of any package
    assert vars(stateful).keys() - usual - imported == {"Stateful", "StatefulT", "__all__"}


def test_class_has_empty_slots() -> None:
    assert vars(Stateful)["__slots__"] == ()


@pytest.mark.parametrize("documented", [stateful, Stateful])
def test_example_in_the_docstring_runs(documented: object) -> None:
    _, _, rest = (inspect.getdoc(documented) or "").partition("::\n\n")
    lines = [line for line in rest.splitlines() if line.startswith("    ") or not line]
    names = dict(vars(stateful), Any=Any)
    exec(textwrap.dedent("\n".join(lines)), names)
    assert isinstance(names["Counter"](), Stateful) if "Counter" in names else names["restored"]


def test_stateful_is_a_protocol_with_two_members() -> None:
    assert is_protocol(Stateful)
    assert get_protocol_members(Stateful) == {"state_dict", "load_state_dict"}


def test_stateful_is_a_protocol_of_typing_extensions() -> None:
    # By identity, because it says that it equals typing.Protocol.
    assert any(base is typing_extensions.Protocol for base in Stateful.__mro__)


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        ("state_dict", "(self) -> dict[str, typing.Any]"),
        ("load_state_dict", "(self, state_dict: dict[str, typing.Any]) -> None"),
    ],
)
def test_signatures(name: str, signature: str) -> None:
    method = vars(Stateful)[name]
    assert inspect.isfunction(method)
    assert str(inspect.signature(method)) == signature


def test_annotations_can_be_evaluated() -> None:
    assert get_type_hints(Stateful.state_dict) == {"return": dict[str, Any]}
    assert get_type_hints(Stateful.load_state_dict) == {
        "state_dict": dict[str, Any],
        "return": type(None),
    }


def test_both_methods_are_abstract() -> None:
    assert Stateful.__abstractmethods__ == {"state_dict", "load_state_dict"}


def test_stateful_itself_cannot_be_constructed() -> None:
    with pytest.raises(TypeError, match="abstract class Stateful"):
        Stateful()  # type: ignore[misc]


def test_type_variable_is_invariant_and_bound_to_the_protocol() -> None:
    assert StatefulT.__name__ == "StatefulT"
    assert StatefulT.__bound__ is Stateful
    assert StatefulT.__constraints__ == ()
    assert not StatefulT.__covariant__
    assert not StatefulT.__contravariant__


@pytest.mark.parametrize("public", [Stateful, StatefulT], ids=["Stateful", "StatefulT"])
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_public_names_are_pickled_by_reference(public: object, protocol: int) -> None:
    assert pickle.loads(pickle.dumps(public, protocol)) is public


@pytest.mark.parametrize(
    "documented", [stateful, Stateful, Stateful.state_dict, Stateful.load_state_dict]
)
def test_everything_public_is_documented(documented: object) -> None:
    assert documented.__doc__


def test_distribution_depends_on_typing_extensions_only() -> None:
    assert metadata.requires("stateful-protocol") == ["typing_extensions>=4.7.0"]


def test_module_says_that_it_is_typed() -> None:
    assert Path(stateful.__file__).with_name("py.typed").is_file()
