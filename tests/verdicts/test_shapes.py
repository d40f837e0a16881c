"""What `isinstance` answers about the shapes of objects, and the tables of them."""

import pytest

from stateful import Stateful
from tests import tables
from tests.tables import Shape
from tests.verdicts import shapes


@pytest.mark.parametrize("shape", tables.declared_shapes(), ids=lambda shape: shape.name)
def test_isinstance_answers_as_the_table_says(shape: Shape) -> None:
    if shape.answer == "yes":
        assert isinstance(getattr(shapes, shape.name), Stateful)
    if shape.answer == "no":
        assert not isinstance(getattr(shapes, shape.name), Stateful)


@pytest.mark.parametrize("cls", shapes.ABSTRACT)
def test_incomplete_class_cannot_be_instantiated(cls: type) -> None:
    with pytest.raises(TypeError, match="abstract"):
        cls()


def test_tables_are_up_to_date() -> None:
    tables.check(tables.shape_tables())
