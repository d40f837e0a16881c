"""What `isinstance` answers about the shapes of objects, and the tables on the pages."""

import pytest

from stateful import Stateful
from tests.pages.tables import rendered
from tests.project import read_text
from tests.verdicts import shapes, verdict_tables
from tests.verdicts.verdict_tables import Shape


@pytest.mark.parametrize("shape", verdict_tables.shapes(), ids=lambda shape: shape.name)
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
    for page, contents in verdict_tables.contents().items():
        assert read_text(page) == rendered(page, contents), f"{page}: run tox -e tables"
