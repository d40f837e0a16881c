"""The rule in `docs/matching.md`, held against `isinstance` with objects built at random."""

import contextlib
import inspect
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stateful import Stateful
from tests.pages import content


@pytest.fixture(scope="module")
def rule(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The functions on the page."""
    return content.run("docs/matching.md", tmp_path_factory.mktemp("page"))


NAMES = ["state_dict", "load_state_dict"]

own_code_ran: list[object] = []


def run(*args: object) -> Any:
    """Stand for any code that an object or its class may have of its own."""
    own_code_ran.append(args)


MEMBERS = {
    "method": run,
    "static method": staticmethod(run),
    "class method": classmethod(run),
    "property": property(run),
    "descriptor": type("Descriptor", (), {"__get__": run})(),
    "data descriptor": type("DataDescriptor", (), {"__get__": run, "__set__": run})(),
    "value": 0,
    "None": None,
}

members = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(list(MEMBERS)))
"""Which of the two names are in a namespace, and what they are there."""


def getattribute(self: object, name: str) -> Any:
    return object.__getattribute__(self, name) if name == "__class__" else run()


@st.composite
def objects(draw: st.DrawFn) -> tuple[Any, type]:
    """Build an object, and its class, with the two names in any of the places that matter."""

    def namespace() -> dict[str, Any]:
        return {name: MEMBERS[member] for name, member in draw(members).items()}

    def body() -> dict[str, Any]:
        names = namespace()
        if draw(st.booleans()):
            names["__slots__"] = sorted(draw(st.sets(st.sampled_from(NAMES))) - names.keys())
        if draw(st.booleans()):
            names["__getattr__"] = run
        if draw(st.booleans()):
            names["__getattribute__"] = getattribute
        return names

    root = draw(st.sampled_from([object, Stateful]))
    meta: Any = type("Meta", (type(root),), namespace())
    cls = meta("Class", (meta("Base", (root,), body()),), body())
    assume(not inspect.isabstract(cls))
    value = cls()
    with contextlib.suppress(AttributeError):  # an object with slots only has no namespace
        object.__getattribute__(value, "__dict__").update(namespace())
    return value, cls


@settings(max_examples=200, deadline=None, database=None)
@given(built=objects())
def test_answers_follow_the_rule(rule: dict[str, Any], built: tuple[object, type]) -> None:
    value, cls = built
    matches, class_matches = rule["matches"], rule["class_matches"]
    own_code_ran.clear()
    answers = isinstance(value, Stateful), issubclass(cls, Stateful), isinstance(cls, Stateful)
    assert own_code_ran == []
    assert answers == (matches(value), class_matches(cls), matches(cls))
