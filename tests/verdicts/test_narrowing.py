"""What type checkers make of a check: the type of the value in the branch, and behind `else`.

Some lines are wrong on purpose. Who reports nothing for `value.nonsense()` does not look at the
value there. Who reports nothing for `only_counter_or_other(value)` takes a third class for gone. A
docstring is the declared type in the table on docs/using.md.
"""

from typing import Any, TypeGuard, TypeVar

import pytest
from typing_extensions import assert_type

from stateful import Stateful
from tests.classes import Counter
from tests.verdicts.shapes import RenamedParameter, ReturnsList
from tests.verdicts.untyped import ReturnsIncompatibleKeys

T = TypeVar("T")
ModuleT = TypeVar("ModuleT", bound=ReturnsIncompatibleKeys)


class Other:
    """A class with neither method. A subclass may have both."""


class Trainer:
    """Its parts are set later."""

    counter: Counter | None = None
    other: Other | None = None


def only_counter_or_other(value: Counter | Other) -> None:
    assert hasattr(value, "state_dict")


def only_other(value: Other) -> None:
    assert not hasattr(value, "state_dict")


# `isinstance`, by declared type


@pytest.mark.parametrize("value", [Counter(), 3])
def test_object(value: object) -> None:
    """`object`."""
    if isinstance(value, Stateful):
        assert_type(value, Stateful)
    else:
        assert value == 3


@pytest.mark.parametrize("value", [Counter(), 3])
def test_any(value: Any) -> None:
    """`Any`."""
    if isinstance(value, Stateful):
        assert_type(value.state_dict(), dict[str, Any])  # E: only ty
    else:
        assert value == 3


@pytest.mark.parametrize("value", [Counter(), 3])
def test_type_variable(value: Counter | int) -> None:
    """A type variable without a bound."""

    def check(value: T, other: T) -> None:
        if isinstance(value, Stateful):
            with pytest.raises(AttributeError):
                value.nonsense()  # E
        else:
            assert value == other

    check(value, 3)


@pytest.mark.parametrize("value", [Counter(), Other()])
def test_class_that_fits_or_another(value: Counter | Other) -> None:
    """A class that fits, or another that has neither method."""
    if isinstance(value, Stateful):
        with pytest.raises(AttributeError):
            value.nonsense()  # E
    else:
        only_other(value)


@pytest.mark.parametrize("value", [Counter(), None])
def test_attribute_that_may_be_none(value: Counter | None) -> None:
    """An attribute of a class that fits, or `None`."""
    trainer = Trainer()
    trainer.counter = value
    if isinstance(trainer.counter, Stateful):
        assert_type(trainer.counter, Counter)
    else:
        assert_type(trainer.counter, None)


@pytest.mark.parametrize("value", [Other(), None])
def test_attribute_without_the_methods(value: Other | None) -> None:
    """An attribute of a class that has neither method, or `None`."""
    trainer = Trainer()
    trainer.other = value
    if isinstance(trainer.other, Stateful):  # E: only zuban
        trainer.other.nonsense()  # E: not mypy, pyrefly
    else:
        assert trainer.other is value


@pytest.mark.parametrize("value", [RenamedParameter()])
def test_class_that_mypy_alone_accepts(value: RenamedParameter) -> None:
    """A class that mypy alone accepts."""
    if isinstance(value, Stateful):  # E: only pyright, basedpyright, pyrefly
        with pytest.raises(AttributeError):
            value.nonsense()  # E
    else:
        pytest.fail("it matches")


@pytest.mark.parametrize("value", [RenamedParameter(), None])
def test_class_that_mypy_alone_accepts_or_none(value: RenamedParameter | None) -> None:
    """A class that mypy alone accepts, or `None`."""
    if isinstance(value, Stateful):  # E: only pyright, basedpyright, zuban
        with pytest.raises(AttributeError):
            value.nonsense()  # E: not pyrefly
    else:
        assert value is None


@pytest.mark.parametrize("value", [RenamedParameter(), Counter(), Other()])
def test_union_with_a_class_that_mypy_alone_accepts(
    value: RenamedParameter | Counter | Other,
) -> None:
    """A class that mypy alone accepts, one that fits, or another."""
    if isinstance(value, Stateful):  # E: only pyright, basedpyright
        only_counter_or_other(value)  # E: only mypy, ty
    else:
        only_other(value)  # E: not mypy 2.4.1


@pytest.mark.parametrize("value", [ReturnsIncompatibleKeys()])
def test_class_like_a_module(value: ReturnsIncompatibleKeys) -> None:
    """A class with the signatures of `torch.nn.Module`."""
    if isinstance(value, Stateful):  # E: only pyright, basedpyright, pyrefly
        with pytest.raises(AttributeError):
            value.nonsense()  # E
    else:
        pytest.fail("it matches")


@pytest.mark.parametrize("value", [ReturnsIncompatibleKeys(), Counter(), Other()])
def test_union_with_a_class_like_a_module(value: ReturnsIncompatibleKeys | Counter | Other) -> None:
    """A class with the signatures of `torch.nn.Module`, one that fits, or another."""
    if isinstance(value, Stateful):  # E: only pyright, basedpyright
        only_counter_or_other(value)  # E: only mypy, ty
    else:
        only_other(value)  # E: not mypy 2.4.1


@pytest.mark.parametrize("value", [ReturnsIncompatibleKeys()])
def test_type_variable_bound_to_a_class_like_a_module(value: ReturnsIncompatibleKeys) -> None:
    """A type variable bound to such a class."""

    def check(value: ModuleT, same: ModuleT) -> None:
        if isinstance(value, Stateful):  # E: only pyrefly
            with pytest.raises(AttributeError):
                value.nonsense()  # E
        else:
            pytest.fail("it matches")

    check(value, value)


@pytest.mark.parametrize("value", [ReturnsList()])
def test_class_that_all_reject(value: ReturnsList) -> None:
    """A class that all reject."""
    if isinstance(value, Stateful):  # E: not mypy, ty
        with pytest.raises(AttributeError):
            value.nonsense()  # E: not mypy, ty
    else:
        pytest.fail("it matches")


@pytest.mark.parametrize("value", [ReturnsList(), None])
def test_class_that_all_reject_or_none(value: ReturnsList | None) -> None:
    """A class that all reject, or `None`."""
    if isinstance(value, Stateful):  # E: only pyright, basedpyright, zuban
        with pytest.raises(AttributeError):
            value.nonsense()  # E: only pyright, basedpyright, zuban
    else:
        assert value is None


@pytest.mark.parametrize("value", [ReturnsList(), Counter(), Other()])
def test_union_with_a_class_that_all_reject(value: ReturnsList | Counter | Other) -> None:
    """A class that all reject, one that fits, or another."""
    if isinstance(value, Stateful):  # E: only pyright, basedpyright
        only_counter_or_other(value)
    else:
        only_other(value)  # E


@pytest.mark.parametrize("cls", [Counter])
def test_type_any(cls: type[Any]) -> None:
    """`type[Any]`."""
    if isinstance(cls, Stateful):
        with pytest.raises(AttributeError):
            cls.nonsense()  # E: only pyright, basedpyright, zuban
    else:
        pytest.fail("it matches")


@pytest.mark.parametrize("cls", [Counter])
def test_type_of_a_type_variable(cls: type[Counter]) -> None:
    """`type[T]`."""

    def check(cls: type[T], same: type[T]) -> None:
        if isinstance(cls, Stateful):
            with pytest.raises(AttributeError):
                cls.nonsense()  # E: not mypy
        else:
            pytest.fail("it matches")

    check(cls, cls)


# Other forms of the check


@pytest.mark.parametrize("value", [RenamedParameter(), Counter(), Other()])
def test_match(value: RenamedParameter | Counter | Other) -> None:
    match value:
        case Stateful():
            only_counter_or_other(value)  # E: only mypy, ty
        case _:
            only_other(value)  # E: not mypy 2.4.1


@pytest.mark.parametrize("value", [Counter(), 3])
def test_tuple_of_types(value: object) -> None:
    assert isinstance(value, (Stateful, int))
    assert_type(value, Stateful | int)


def test_comprehension() -> None:
    values: list[RenamedParameter | Counter | Other] = [RenamedParameter(), Counter(), Other()]
    found = [v for v in values if isinstance(v, Stateful)]  # E: only pyright, basedpyright
    only_counter_or_other(found[0])  # E: only mypy, ty
    assert found == values[:2]


def test_values_of_a_dictionary() -> None:
    parts: dict[str, RenamedParameter | Counter] = {"renamed": RenamedParameter()}
    checked: list[object] = []
    for part in parts.values():
        if not isinstance(part, Stateful):  # E: only pyright, basedpyright, pyrefly
            continue
        only_counter_or_other(part)  # E: only mypy, ty
        checked.append(part)
    assert checked == list(parts.values())


@pytest.mark.parametrize("part", [RenamedParameter(), Counter()])
def test_variable_declared_as_an_object(part: RenamedParameter | Counter) -> None:
    value: object = part
    if isinstance(value, Stateful):  # E: only pyright, basedpyright
        only_counter_or_other(value)  # E: not pyright, basedpyright
    else:
        pytest.fail("it matches")


@pytest.mark.parametrize("value", [Counter()])
def test_answer_kept_in_a_variable(value: object) -> None:
    matches = isinstance(value, Stateful)
    if matches:
        value.state_dict()  # E: only mypy, zuban
    else:
        pytest.fail("it matches")


@pytest.mark.parametrize("cls", [Counter])
def test_issubclass(cls: type[object]) -> None:
    assert issubclass(cls, Stateful)
    assert_type(cls, type[Stateful])


@pytest.mark.parametrize("cls", [ReturnsList])
def test_issubclass_of_a_class_that_all_reject(cls: type[ReturnsList]) -> None:
    if issubclass(cls, Stateful):  # E: not mypy, ty
        with pytest.raises(AttributeError):
            cls.nonsense()  # E: not mypy
    else:
        pytest.fail("it matches")


# A function that takes an object


def is_stateful(value: object) -> TypeGuard[Stateful]:
    return isinstance(value, Stateful)


@pytest.mark.parametrize("value", [RenamedParameter(), ReturnsList(), Counter(), Other(), None])
def test_function_with_a_union(
    value: RenamedParameter | ReturnsList | ReturnsIncompatibleKeys | Counter | Other | None,
) -> None:
    if is_stateful(value):
        assert_type(value, Stateful)
    else:
        assert not hasattr(value, "state_dict")


def test_function_with_each_class_alone() -> None:
    renamed, listed, module = RenamedParameter(), ReturnsList(), ReturnsIncompatibleKeys()
    assert is_stateful(renamed)
    assert_type(renamed, Stateful)
    assert is_stateful(listed)
    assert_type(listed, Stateful)
    assert is_stateful(module)
    assert_type(module, Stateful)


def test_function_with_a_second_variable() -> None:
    renamed = RenamedParameter()
    part = renamed
    assert is_stateful(part)
    assert_type(part, Stateful)
    assert_type(renamed, RenamedParameter)


def is_stateful_class(cls: type[object]) -> TypeGuard[type[Stateful]]:
    return issubclass(cls, Stateful)


@pytest.mark.parametrize("cls", [RenamedParameter, Other])
def test_function_with_a_class(cls: type[RenamedParameter] | type[Other]) -> None:
    if is_stateful_class(cls):
        assert_type(cls, type[Stateful])
    else:
        assert cls is Other


def test_function_with_a_class_object() -> None:
    cls: type[Any] = Counter
    assert is_stateful(cls)
    assert_type(cls, Stateful)


def test_function_in_filter_and_comprehension() -> None:
    values: list[RenamedParameter | Counter | Other] = [RenamedParameter(), Counter(), Other()]
    filtered = list(filter(is_stateful, values))
    assert_type(filtered, list[Stateful])
    assert filtered == [value for value in values if is_stateful(value)]


@pytest.mark.parametrize(("value", "state"), [(RenamedParameter(), {}), (Counter(2), 2), (3, 3)])
def test_other_classes_asked_first(value: RenamedParameter | Counter | int, state: object) -> None:
    if isinstance(value, int):
        assert_type(value, int)
    else:
        assert is_stateful(value)
        assert_type(value, Stateful)
