"""What is published: the wheel and the sdist, built as for a release."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.project import ROOT


def run(*command: object, cwd: Path = ROOT) -> str:
    """Run a command of this environment and return what it prints; fail as it fails."""
    completed = subprocess.run(
        [sys.executable, "-m", *map(str, command)],
        cwd=cwd,
        check=False,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert completed.returncode == 0, completed.stdout
    return completed.stdout


def version_of(wheel: Path) -> str:
    return wheel.name.split("-")[1]


def build(folder: Path, source: Path = ROOT) -> Path:
    run("build", "--no-isolation", "--outdir", folder, source)
    return folder


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("distributions"))


@pytest.fixture(scope="session")
def wheel(distributions: Path) -> Path:
    [wheel] = distributions.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def sdist(distributions: Path) -> Path:
    [sdist] = distributions.glob("*.tar.gz")
    return sdist


@pytest.fixture(scope="session")
def unpacked(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    [root] = folder.iterdir()
    return root


def test_wheel_holds_the_module_and_metadata_only(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    metadata = f"stateful_protocol-{version_of(wheel)}.dist-info"
    assert names == {
        "stateful/__init__.py",
        "stateful/py.typed",
        f"{metadata}/METADATA",
        f"{metadata}/RECORD",
        f"{metadata}/WHEEL",
        f"{metadata}/licenses/LICENSE",
    }


def test_wheel_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < 10_000


def test_builds_of_two_copies_are_the_same_bytes(distributions: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(
        ROOT, copy, copy_function=shutil.copy, ignore=shutil.ignore_patterns(".git", ".tox")
    )

    def digests(folder: Path) -> dict[str, str]:
        return {
            file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()
        }

    assert digests(build(tmp_path / "dist", copy)) == digests(distributions)


def test_wheel_built_from_the_sdist_is_the_same(
    wheel: Path, unpacked: Path, tmp_path: Path
) -> None:
    run("build", "--no-isolation", "--wheel", "--outdir", tmp_path, unpacked)
    [rebuilt] = tmp_path.glob("*.whl")
    assert rebuilt.read_bytes() == wheel.read_bytes()


def test_sdist_passes_its_own_tests(unpacked: Path) -> None:
    """From the unpacked folder, with the library that tox has installed from an sdist."""
    run("pytest", "--quiet", cwd=unpacked)


def test_version_is_that_of_the_newest_entry_in_the_changelog(wheel: Path) -> None:
    changelog = (ROOT / "docs" / "changelog.md").read_text(encoding="utf-8")
    newest = changelog.partition("\n## ")[2].split()[0]
    assert version_of(wheel) == newest
