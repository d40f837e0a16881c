"""What a release needs and this copy need not have: tox -e release."""

import re

from tests.project import PROJECT, read_text


def test_project_has_an_address() -> None:
    assert PROJECT["project"].get("urls"), "pyproject.toml has no [project.urls]"


def test_readme_can_be_read_on_a_package_index() -> None:
    assert re.findall(r"\]\((?!https:)", read_text("README.md")) == []


def test_readme_says_how_to_install_from_a_package_index() -> None:
    assert "pip install stateful-protocol" in read_text("README.md")


def test_newest_entry_of_the_changelog_has_its_version_and_date() -> None:
    version = re.escape(PROJECT["project"]["version"])
    [heading] = re.findall(r"^## .*", read_text("docs/changelog.md"), re.MULTILINE)[:1]
    assert re.fullmatch(rf"## {version} \(\d{{4}}-\d\d-\d\d\)", heading)
