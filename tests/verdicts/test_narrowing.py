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


# `isinstance`, by declared type


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


@pytest.mark.parametrize("value", [Counter(), 3])
def test_type_variable(value: Counter | int) -> None:

    def check(value: T, other: T) -> None:
        if isinstance(value, Stateful):
            with pytest.raises(AttributeError):
                value.nonsense()  # E
        else:
            assert value == other

    check(value, 3)


@pytest.mark.parametrize("value", [Counter(), Other()])
def test_class_that_fits_or_another(value: Counter | Other) -> None:
    if isinstance(value, Stateful):
        with pytest.raises(AttributeError):
            value.nonsense()  # E
    else:
        only_other(value)


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


@pytest.mark.parametrize("value", [RenamedParameter()])
def test_class_that_mypy_alone_accepts(value: RenamedParameter) -> None:
    if isinstance(value, Stateful):  # E: only pyright, basedpyright, pyrefly
        with pytest.raises(AttributeError):
            value.nonsense()  # E
    else:
        pytest.fail("it matches")


@pytest.mark.parametrize("value", [RenamedParameter(), None])
def test_class_that_mypy_alone_accepts_or_none(value: RenamedParameter | None) -> None:
    if isinstance(value, Stateful):  # E: only pyright, basedpyright, zuban
        with pytest.raises(AttributeError):
            value.nonsense()  # E: not pyrefly
    else:
        assert value is None


@pytest.mark.parametrize("value", [RenamedParameter(), Counter(), Other()])
def test_union_with_a_class_that_mypy_alone_accepts(
    value: RenamedParameter | Counter | Other,
) -> None:
    if isinstance(value, Stateful):  # E: only pyright, basedpyright
        only_counter_or_other(value)  # E: only mypy, ty
    else:
        only_other(value)  # E: not mypy 2.4.1


@pytest.mark.parametrize("value", [ReturnsIncompatibleKeys()])
def test_class_like_a_module(value: ReturnsIncompatibleKeys) -> None:
    if isinstance(value, Stateful):  # E: only pyright, basedpyright, pyrefly
        with pytest.raises(AttributeError):
            value.nonsense()  # E
    else:
        pytest.fail("it matches")


@pytest.mark.parametrize("value", [ReturnsIncompatibleKeys(), Counter(), Other()])
def test_union_with_a_class_like_a_module(value: ReturnsIncompatibleKeys | Counter | Other) -> None:
    if isinstance(value, Stateful):  # E: only pyright, basedpyright
        only_counter_or_other(value)  # E: only mypy, ty
    else:
        only_other(value)  # E: not mypy 2.4.1


@pytest.mark.parametrize("value", [ReturnsIncompatibleKeys()])
def test_type_variable_bound_to_a_class_like_a_module(value: ReturnsIncompatibleKeys) -> None:
    def check(value: ModuleT) -> ModuleT:
        if isinstance(value, Stateful):  # E: only pyrefly
            with pytest.raises(AttributeError):
                value.nonsense()  # E
        return value

    assert check(value) is value


@pytest.mark.parametrize("value", [ReturnsList()])
def test_class_that_all_reject(value: ReturnsList) -> None:
    if isinstance(value, Stateful):  # E: not mypy, ty
        with pytest.raises(AttributeError):
            value.nonsense()  # E: not mypy, ty
    else:
        pytest.fail("it matches")


@pytest.mark.parametrize("value", [ReturnsList(), None])
def test_class_that_all_reject_or_none(value: ReturnsList | None) -> None:
    if isinstance(value, Stateful):  # E: only pyright, basedpyright, zuban
        with pytest.raises(AttributeError):
            value.nonsense()  # E: only pyright, basedpyright, zuban
    else:
        assert value is None


@pytest.mark.parametrize("value", [ReturnsList(), Counter(), Other()])
def test_union_with_a_class_that_all_reject(value: ReturnsList | Counter | Other) -> None:
    if isinstance(value, Stateful):  # E: only pyright, basedpyright
        only_counter_or_other(value)
    else:
        only_other(value)  # E


@pytest.mark.parametrize("cls", [Counter])
def test_type_any(cls: type[Any]) -> None:
    if isinstance(cls, Stateful):
        with pytest.raises(AttributeError):
            cls.nonsense()  # E: only pyright, basedpyright, zuban
    else:
        pytest.fail("it matches")


@pytest.mark.parametrize("cls", [Counter])
def test_type_of_a_type_variable(cls: type[Counter]) -> None:
    def check(cls: type[T]) -> type[T]:
        if isinstance(cls, Stateful):
            with pytest.raises(AttributeError):
                cls.nonsense()  # E: not mypy
        return cls

    assert check(cls) is Counter


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


@pytest.mark.parametrize("value", [RenamedParameter(), Counter(2), 3])
def test_other_classes_asked_first(value: RenamedParameter | Counter | int) -> None:
    if isinstance(value, int):
        assert_type(value, int)
    else:
        assert is_stateful(value)
        assert_type(value, Stateful)


# The function beside other conditions: each in an `if` of its own


class Net(ReturnsIncompatibleKeys):
    """Has other signatures, as PyTorch's modules do."""

    def nonsense(self) -> None:
        """Be called: only `Stateful` lacks it."""


nets: list[Net | None] = [Net(), None]


@pytest.mark.parametrize("value", nets)
def test_function_after_a_check_for_none(value: Net | None) -> None:
    if value is None:
        return
    if is_stateful(value):
        value.nonsense()  # E


def test_function_and_a_check_for_none_in_a_comprehension() -> None:
    apart = [value.nonsense() for value in nets if value is not None if is_stateful(value)]  # E
    joined = [v.nonsense() for v in nets if v is not None and is_stateful(v)]  # E: not zuban
    assert apart == joined == [None]


@pytest.mark.parametrize("value", nets)
def test_function_in_a_ternary(value: Net | None) -> None:
    alone = value.nonsense() if is_stateful(value) else None  # E
    joined = value.nonsense() if value is not None and is_stateful(value) else 0  # E: not zuban
    assert alone is None
    assert joined in (None, 0)


@pytest.mark.parametrize("value", nets)
def test_function_joined_with_a_check_for_none(value: Net | None) -> None:
    if value is None or not is_stateful(value):
        return
    assert isinstance(value, Net)  # E: only zuban


@pytest.mark.parametrize("value", nets)
def test_function_in_a_guard(value: Net | None) -> None:
    match value:
        case _ if is_stateful(value):
            assert isinstance(value, Net)  # E: only zuban
        case _:
            assert value is None


# The value is used as its own class afterwards: leave the other classes out first


def test_filtered_type_variable() -> None:
    def plain(values: Iterable[StatefulT | int]) -> list[StatefulT]:
        return [value for value in values if isinstance(value, Stateful)]  # E: only ty

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
            with pytest.raises(AttributeError):
                value.nonsense()  # E
            return value
        return value()

    assert isinstance(made(value), Counter)
    assert isinstance(value if isinstance(value, Counter) else value(), Counter)
