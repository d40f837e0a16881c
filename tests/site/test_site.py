"""The site that `tox -e docs` has built."""

import pytest
from sphinx.util.inventory import InventoryFile

from tests.project import ROOT

SITE = ROOT / "docs" / "_build" / "html"
PAGES = sorted(page.name for page in SITE.glob("*.html"))


def test_other_projects_can_link_to_every_public_name() -> None:
    inventory = InventoryFile.loads((SITE / "objects.inv").read_bytes(), uri="")
    names = {name for objects in inventory.data.values() for name in objects}
    assert {
        "stateful.Stateful",
        "stateful.Stateful.state_dict",
        "stateful.Stateful.load_state_dict",
        "stateful.StatefulT",
    } <= names
    assert not {name for name in names if "__" in name}


def test_hidden_constructor_is_not_shown() -> None:
    assert "*args" not in (SITE / "api.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_page_loads_nothing_from_elsewhere(name: str) -> None:
    text = (SITE / name).read_text(encoding="utf-8")
    assert 'src="http' not in text
    assert '<link rel="stylesheet" type="text/css" href="http' not in text
