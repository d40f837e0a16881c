"""What is published: the wheel and the sdist that `tox -e package` has built."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.project import PROJECT, ROOT, read_text

BUILT = ROOT / "dist"


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    subprocess.run([sys.executable, "-m", *command], cwd=cwd, check=True)


@pytest.fixture
def wheel() -> Path:
    [file] = BUILT.glob("*.whl")
    return file


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """The folder in the sdist."""
    [sdist] = BUILT.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    [folder] = tmp_path.glob("unpacked/*")
    return folder


def test_wheel_holds_the_module_and_metadata_only(wheel: Path) -> None:
    metadata = f"stateful_protocol-{PROJECT['project']['version']}.dist-info"
    assert set(zipfile.ZipFile(wheel).namelist()) == {
        "stateful/__init__.py",
        "stateful/py.typed",
        f"{metadata}/METADATA",
        f"{metadata}/RECORD",
        f"{metadata}/WHEEL",
        f"{metadata}/licenses/LICENSE",
    }


def test_wheel_built_from_the_sdist_is_the_same(
    unpacked: Path, wheel: Path, tmp_path: Path
) -> None:
    run("build", "--no-isolation", "--wheel", "--outdir", tmp_path / "dist", unpacked)
    [rebuilt] = tmp_path.glob("dist/*.whl")
    assert rebuilt.read_bytes() == wheel.read_bytes()


def test_wheel_passes_the_tests_in_the_sdist(unpacked: Path) -> None:
    run("pytest", "--quiet", "tests/runtime", cwd=unpacked)
    run("pytest", "--quiet", "--collect-only", cwd=unpacked)


def test_version_is_that_of_the_newest_entry_in_the_changelog() -> None:
    newest = read_text("docs/changelog.md").partition("\n## ")[2].split()[0]
    assert PROJECT["project"]["version"] == newest
