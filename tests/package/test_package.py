"""What is published: the wheel and the sdist, built as for a release."""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.project import PROJECT, ROOT, read_text

# What the environment has built before.
DISTRIBUTIONS = Path(os.environ["TOX_ENV_DIR"], "tmp", "dist")
[WHEEL] = DISTRIBUTIONS.glob("*.whl")
[SDIST] = DISTRIBUTIONS.glob("*.tar.gz")


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    subprocess.run([sys.executable, "-m", *command], cwd=cwd, check=True)


def digests(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(SDIST) as archive:
        archive.extractall(folder, filter="data")
    [root] = folder.iterdir()
    return root


def test_wheel_holds_the_module_and_metadata_only() -> None:
    metadata = f"stateful_protocol-{PROJECT['project']['version']}.dist-info"
    assert set(zipfile.ZipFile(WHEEL).namelist()) == {
        "stateful/__init__.py",
        "stateful/py.typed",
        f"{metadata}/METADATA",
        f"{metadata}/RECORD",
        f"{metadata}/WHEEL",
        f"{metadata}/licenses/LICENSE",
    }


def test_builds_of_two_copies_are_the_same_bytes(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    ignored = shutil.ignore_patterns(".git", ".tox", ".*_cache", ".hypo*", "__pycache__", "_build")
    shutil.copytree(ROOT, copy, copy_function=shutil.copy, ignore=ignored)
    run("build", "--no-isolation", "--outdir", tmp_path / "dist", copy)
    assert digests(tmp_path / "dist") == digests(DISTRIBUTIONS)


def test_wheel_built_from_the_sdist_is_the_same(unpacked: Path, tmp_path: Path) -> None:
    run("build", "--no-isolation", "--wheel", "--outdir", tmp_path, unpacked)
    [rebuilt] = tmp_path.glob("*.whl")
    assert rebuilt.read_bytes() == WHEEL.read_bytes()


def test_sdist_passes_its_own_tests(unpacked: Path) -> None:
    """From the unpacked folder, with the library that tox has installed from an sdist."""
    run("pytest", "--quiet", cwd=unpacked)


def test_version_is_that_of_the_newest_entry_in_the_changelog() -> None:
    newest = read_text("docs/changelog.md").partition("\n## ")[2].split()[0]
    assert PROJECT["project"]["version"] == newest
