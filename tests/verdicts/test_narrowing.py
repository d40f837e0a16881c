"""What type checkers make of a check: the type of the value in each branch.

Some lines are wrong on purpose: who reports nothing for `nonsense` does not read the branch, and
who reports nothing for `only_counter_or_other(value)` drops the first class.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeGuard, TypeVar

import pytest
from typing_extensions import assert_type

from stateful import Stateful, StatefulT
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


def is_stateful(value: object) -> TypeGuard[Stateful]:
    return isinstance(value, Stateful)


# `isinstance`, where the class of the value is used


@pytest.mark.parametrize("value", [Counter(), 3])
def test_object(value: object) -> None:
    if isinstance(value, Stateful):
        assert_type(value, Stateful)
    else:
        assert value == 3


@pytest.mark.parametrize("value", [Counter(), 3])
def test_any(value: Any) -> None:
    if isinstance(value, Stateful):
        assert_type(value.state_dict(), dict[str, Any])  # E: only ty
    else:
        assert value == 3


@pytest.mark.parametrize("value", [Counter(), None])
def test_attribute_that_may_be_none(value: Counter | None) -> None:
    trainer = Trainer()
    trainer.counter = value
    if isinstance(trainer.counter, Stateful):
        assert_type(trainer.counter, Counter)
    else:
        assert_type(trainer.counter, None)


@pytest.mark.parametrize("value", [Other(), None])
def test_attribute_without_the_methods(value: Other | None) -> None:
    trainer = Trainer()
    trainer.other = value
    if isinstance(trainer.other, Stateful):  # E: only zuban
        trainer.other.nonsense()  # E: not mypy, pyrefly
    else:
        assert trainer.other is value


@pytest.mark.parametrize("value", [ReturnsIncompatibleKeys(), Counter(), Other()])
def test_union_with_a_class_like_a_module(value: ReturnsIncompatibleKeys | Counter | Other) -> None:
    if isinstance(value, Stateful):  # E: only pyright, basedpyright
        only_counter_or_other(value)  # E: only mypy, ty
    else:
        only_other(value)  # E: not mypy 2.4.1


@pytest.mark.parametrize("value", [ReturnsList(), Counter(), Other()])
def test_union_with_a_class_that_all_reject(value: ReturnsList | Counter | Other) -> None:
    if isinstance(value, Stateful):  # E: only pyright, basedpyright
        only_counter_or_other(value)
    else:
        only_other(value)  # E


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


@pytest.mark.parametrize("part", [RenamedParameter(), Counter()])
def test_variable_declared_as_an_object(part: RenamedParameter | Counter) -> None:
    value: object = part
    if isinstance(value, Stateful):  # E: only pyright, basedpyright
        only_counter_or_other(value)  # E: not pyright, basedpyright


@pytest.mark.parametrize("cls", [Counter])
def test_issubclass(cls: type[object]) -> None:
    assert issubclass(cls, Stateful)
    assert_type(cls, type[Stateful])


# `isinstance`, by declared type: each of these functions is wrong in the branch, and raises there


def type_variable(value: T) -> T:
    if isinstance(value, Stateful):
        value.nonsense()  # E
    return value


def class_that_fits_or_another(value: Counter | Other) -> None:
    if isinstance(value, Stateful):
        value.nonsense()  # E


def class_that_mypy_alone_accepts_or_none(value: RenamedParameter | None) -> None:
    if isinstance(value, Stateful):  # E: only pyright, basedpyright, zuban
        value.nonsense()  # E: not pyrefly


def class_like_a_module(value: ReturnsIncompatibleKeys) -> None:
    if isinstance(value, Stateful):  # E: only pyright, basedpyright, pyrefly
        value.nonsense()  # E


def type_variable_bound_to_a_class_like_a_module(value: ModuleT) -> ModuleT:
    if isinstance(value, Stateful):  # E: only pyrefly
        value.nonsense()  # E
    return value


def class_that_all_reject(value: ReturnsList) -> None:
    if isinstance(value, Stateful):  # E: not mypy, ty
        value.nonsense()  # E: not mypy, ty


def class_that_all_reject_or_none(value: ReturnsList | None) -> None:
    if isinstance(value, Stateful):  # E: only pyright, basedpyright, zuban
        value.nonsense()  # E: only pyright, basedpyright, zuban


def type_any(cls: type[Any]) -> None:
    if isinstance(cls, Stateful):
        cls.nonsense()  # E: only pyright, basedpyright, zuban


def type_of_a_type_variable(cls: type[T]) -> type[T]:
    if isinstance(cls, Stateful):
        cls.nonsense()  # E: not mypy
    return cls


def subclass_of_what_all_reject(cls: type[ReturnsList]) -> None:
    if issubclass(cls, Stateful):  # E: not mypy, ty
        cls.nonsense()  # E: not mypy


def answer_kept_in_a_variable(value: object) -> None:
    matches = isinstance(value, Stateful)
    if matches:
        value.state_dict()  # E: only mypy, zuban
        raise AttributeError


# A function that takes an object: alone it serves every declared type

Net = ReturnsIncompatibleKeys


def any_class(value: RenamedParameter | ReturnsList | Net | Counter | Other | None) -> None:
    if is_stateful(value):
        assert_type(value, Stateful)
        value.nonsense()  # E


def after_a_check_for_none(value: Net | None) -> None:
    if value is None:
        return
    if is_stateful(value):
        value.nonsense()  # E


def in_a_comprehension(value: Net | None) -> list[Any]:
    return [v.nonsense() for v in [value] if v is not None if is_stateful(v)]  # E


def in_a_comprehension_with_and(value: Net | None) -> list[Any]:
    return [v.nonsense() for v in [value] if v is not None and is_stateful(v)]  # E: not zuban


def in_a_ternary(value: Net | None) -> Any:
    return value.nonsense() if is_stateful(value) else None  # E


def in_a_ternary_with_and(value: Net | None) -> Any:
    return value.nonsense() if value is not None and is_stateful(value) else None  # E: not zuban


def in_a_condition_with_or(value: Net | None) -> None:
    if value is None or not is_stateful(value):
        return
    print(value)  # E: only zuban
    raise AttributeError


def in_a_guard(value: Net | None) -> None:
    match value:
        case _ if is_stateful(value):
            print(value)  # E: only zuban
            raise AttributeError
        case _:
            pass


def object_and_no_class(value: Stateful | Callable[[], Stateful]) -> None:
    if isinstance(value, Stateful) and not isinstance(value, type):
        value.nonsense()  # E


WRONG: list[tuple[Callable[[Any], object], list[object]]] = [
    (type_variable, [Counter()]),
    (class_that_fits_or_another, [Counter()]),
    (class_that_mypy_alone_accepts_or_none, [RenamedParameter()]),
    (class_like_a_module, [Net()]),
    (type_variable_bound_to_a_class_like_a_module, [Net()]),
    (class_that_all_reject, [ReturnsList()]),
    (class_that_all_reject_or_none, [ReturnsList()]),
    (type_any, [Counter]),
    (type_of_a_type_variable, [Counter]),
    (subclass_of_what_all_reject, [ReturnsList]),
    (answer_kept_in_a_variable, [Counter()]),
    (any_class, [RenamedParameter(), ReturnsList(), Net(), Counter()]),
    (after_a_check_for_none, [Net()]),
    (in_a_comprehension, [Net()]),
    (in_a_comprehension_with_and, [Net()]),
    (in_a_ternary, [Net()]),
    (in_a_ternary_with_and, [Net()]),
    (in_a_condition_with_or, [Net()]),
    (in_a_guard, [Net()]),
    (object_and_no_class, [Counter()]),
]


@pytest.mark.parametrize(("check", "matching"), WRONG)
def test_matching_values_enter_the_branch(
    check: Callable[[Any], object], matching: list[object]
) -> None:
    """What is wrong in the branch raises an error there."""
    for value in matching:
        with pytest.raises(AttributeError):
            check(value)


# The function for each class alone, for classes, and in `filter`


def test_function_with_each_class_alone() -> None:
    renamed, listed, module = RenamedParameter(), ReturnsList(), Net()
    assert is_stateful(renamed)
    assert_type(renamed, Stateful)
    assert is_stateful(listed)
    assert_type(listed, Stateful)
    assert is_stateful(module)
    assert_type(module, Stateful)


def is_stateful_class(cls: type[object]) -> TypeGuard[type[Stateful]]:
    return issubclass(cls, Stateful)


@pytest.mark.parametrize("cls", [RenamedParameter, Other])
def test_function_with_a_class(cls: type[RenamedParameter] | type[Other]) -> None:
    if is_stateful_class(cls):
        assert_type(cls, type[Stateful])
    else:
        assert cls is Other


def test_function_in_filter() -> None:
    values: list[RenamedParameter | Counter | Other] = [RenamedParameter(), Counter(), Other()]
    filtered = list(filter(is_stateful, values))
    assert_type(filtered, list[Stateful])
    assert filtered == values[:2]


# The value is used as its own class afterwards: leave the other classes out first


def test_filtered_type_variable() -> None:
    def plain(values: Iterable[StatefulT | int]) -> list[StatefulT]:
        return [v for v in values if isinstance(v, Stateful)]  # E: only mypy 1.0.0, ty

    def by_function(values: Iterable[StatefulT | int]) -> list[StatefulT]:
        return [value for value in values if is_stateful(value)]  # E

    def left_out(values: Iterable[StatefulT | int]) -> list[StatefulT]:
        return [value for value in values if not isinstance(value, int)]

    counter = Counter()
    values: list[Counter | int] = [counter, 3]
    for only_stateful in (plain, by_function, left_out):
        assert only_stateful(values) == [counter]


@pytest.mark.parametrize("value", [Counter(2), 2])
def test_attribute_of_its_own_class(value: Counter | int) -> None:
    def plain(value: Counter | int) -> int:
        return value.count if isinstance(value, Stateful) else value  # E: only ty

    def by_function(value: Counter | int) -> int:
        return value.count if is_stateful(value) else value  # E

    def left_out(value: Counter | int) -> int:
        return value if isinstance(value, int) else value.count

    assert plain(value) == by_function(value) == left_out(value) == 2


@pytest.mark.parametrize("value", [Counter(), Counter])
def test_object_or_a_factory(value: Counter | Callable[[], Counter]) -> None:
    def made(value: Stateful | Callable[[], Stateful]) -> Stateful:
        if isinstance(value, Stateful) and not isinstance(value, type):
            return value
        return value()

    assert isinstance(made(value), Counter)
    assert isinstance(value if isinstance(value, Counter) else value(), Counter)
