"""How a checker is asked and its output read, with code that is wrong on purpose."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.verdicts.checkers import CHECKERS, check, findings, write
from tests.verdicts.declarations import ASSIGNMENT

if TYPE_CHECKING:
    from pathlib import Path

on_cpython = pytest.mark.skipif(
    sys.implementation.name != "cpython", reason="type checkers run on CPython only"
)

WRONG = """\
def untyped(value): return None
import imported as imported
wrong: int = "wrong"
"""

STRICT = {
    "mypy": {"no-untyped-def"},
    "pyright": {"reportMissingParameterType", "reportUnknownParameterType"},
    "pyrefly": {"implicit-any-parameter"},
    "ty": set(),  # has no strict mode
}
STRICT["basedpyright"] = STRICT["pyright"]
STRICT["zuban"] = STRICT["mypy"]


@on_cpython
def test_checker_is_strict_and_can_be_read(
    checker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where colors are forced, too."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    folder = tmp_path.resolve()
    write(folder, {"package/wrong.py": WRONG, "imported.py": WRONG}, mode="strict")
    found = check(checker, folder, ["package/wrong.py"])
    assert {finding.file for finding in found} == {"package/wrong.py"}
    assert {finding.code for finding in found if finding.line == 1} == STRICT[checker]
    assert [finding.code for finding in found if finding.line == 3] == [ASSIGNMENT[checker]]


@on_cpython
@pytest.mark.parametrize(
    ("imported", "codes"), [("Stateful", ["attr-defined"]), ("Stateful as Stateful", [])]
)
def test_name_that_is_imported_has_to_be_exported(
    imported: str, codes: list[str], tmp_path: Path
) -> None:
    """As docs/migrating.md says of mypy."""
    folder = tmp_path.resolve()
    texts = {
        "compatible.py": f"from stateful import {imported}\n",
        "user.py": "from compatible import Stateful\nvalue: Stateful\n",
    }
    write(folder, texts, mode="strict")
    assert [finding.code for finding in check("mypy", folder, ["user.py"])] == codes


HALF = """\
from stateful import Stateful
class Half:
    def state_dict(self) -> None: ...
value: Stateful = Half()
"""


@pytest.mark.parametrize(("table", "errors"), [("", 0), ("[tool.pyrefly]\n", 1)])
def test_pyrefly_needs_a_configuration(
    checker: str, table: str, errors: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the pages with verdicts say."""
    if checker != "pyrefly":
        pytest.skip("this is about pyrefly")
    command = ["pyrefly", "check", "--output-format", "min-text"]
    monkeypatch.setitem(CHECKERS, "pyrefly", replace(CHECKERS["pyrefly"], command=command))
    write(tmp_path.resolve(), {"half.py": HALF, "pyproject.toml": table}, mode="strict")
    (tmp_path / "pyrightconfig.json").unlink()  # pyrefly would take it for its own
    assert len(check("pyrefly", tmp_path.resolve(), ["half.py"])) == errors


def test_checker_that_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    with pytest.raises(FileNotFoundError, match="pyrefly is not installed"):
        check("pyrefly", tmp_path, [])


# What each prints for one error, with the pieces that differ left out. The last line counts.
PRINTED = {
    "mypy": "{file}:4: error: Text [in brackets]  [{code}]\n{file}:4: note: more\nFound 1 error\n",
    "pyright": "/f/{file}\n  /f/{file}:4:9 - error: Text\n    more ({code})\n1 error, 0 warnings\n",
    "pyrefly": "ERROR {file}:4:9-11: Text [{code}]\n INFO 1 error\n",
    "ty": "{file}:4:9: error[{code}] Text\nFound 1 diagnostic\n",
}
PRINTED["basedpyright"] = PRINTED["pyright"]
PRINTED["zuban"] = PRINTED["mypy"]


def printed(checker: str) -> str:
    return PRINTED[checker].format(file="package/uses.py", code=ASSIGNMENT[checker])


@pytest.mark.parametrize("name", CHECKERS)
def test_error_is_read(name: str) -> None:
    [finding] = findings(name, printed(name), "", 1)
    assert finding.file.endswith("package/uses.py")
    assert finding[1:3] == (4, ASSIGNMENT[name])
    assert finding.message.startswith("Text")


def test_message_is_read_with_its_notes() -> None:
    [mypy] = findings("mypy", printed("mypy"), "", 1)
    assert mypy.message == "Text [in brackets]\nmore"
    [pyright] = findings("pyright", printed("pyright"), "", 1)
    assert pyright.message == "Text\n  more"


@pytest.mark.parametrize("name", CHECKERS)
def test_no_error_is_read(name: str) -> None:
    assert findings(name, "0 errors\n", "", 0) == []
    assert findings(name, "All is well\n", "", 0) == []


@pytest.mark.parametrize("name", CHECKERS)
@pytest.mark.parametrize(
    ("problem", "status"),
    [
        ("", 1),  # a crash without a word
        ("Traceback (most recent call last):\n", 2),
        ("Found 1 error\n", 0),
        ("\x1b[31muses.py:4: error\x1b[0m: text [assignment]\nFound 1 error\n", 1),  # colored
    ],
)
def test_output_that_cannot_be_read_raises(name: str, problem: str, status: int) -> None:
    with pytest.raises(RuntimeError):
        findings(name, problem, "", status)


@pytest.mark.parametrize("name", CHECKERS)
def test_error_beside_a_crash_raises(name: str) -> None:
    with pytest.raises(RuntimeError):
        findings(name, printed(name), "", 2)
    with pytest.raises(RuntimeError):
        findings(name, printed(name).replace("1 ", "2 "), "", 1)
    with pytest.raises(RuntimeError):
        findings(name, printed(name), "", 0)
