"""What the README says of the alternatives to the protocol."""

import pickle
from abc import ABC
from typing import Any

import pytest

from stateful import Stateful
from tests.verdicts.shapes import Exact, NoneMember
from tests.verdicts.test_uses import Counter


def test_hasattr_takes_none_for_a_method() -> None:
    assert hasattr(NoneMember(), "load_state_dict")
    assert not isinstance(NoneMember(), Stateful)


def test_hasattr_runs_a_property() -> None:
    class Raising:
        @property
        def state_dict(self) -> dict[str, Any]:
            raise LookupError

    with pytest.raises(LookupError):
        hasattr(Raising(), "state_dict")


def test_abstract_base_class_does_not_recognize_what_is_not_registered() -> None:
    class Base(ABC):  # noqa: B024
        pass

    assert not isinstance(Exact(), Base)
    Base.register(Exact)
    assert isinstance(Exact(), Base)


def test_pickle_makes_a_new_object_and_can_run_code() -> None:
    class Harmful:
        def __reduce__(self) -> tuple[Any, ...]:
            return exec, ("raise LookupError",)

    counter = Counter(3)
    assert pickle.loads(pickle.dumps(counter)) is not counter
    with pytest.raises(LookupError):
        pickle.loads(pickle.dumps(Harmful()))
