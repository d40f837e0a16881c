"""The example `docs/examples/torch_dcp.py`: several ranks, and one that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from docs.examples import torch_dcp
from tests.suite import Suite

if TYPE_CHECKING:
    from collections.abc import Iterator

TIME_LIMIT = 180
STATE = "step 6, {'epoch': 1, 'position': 32}"
MARK = f"STATEFUL_TEST={uuid.uuid4()}"


def marked_processes() -> list[int]:
    """Return the processes that have inherited the mark, whatever their session."""
    return [
        int(process.name)
        for process in Path("/proc").glob("[0-9]*")
        if MARK.encode() in environment(process)
    ]


def environment(process: Path) -> bytes:
    try:
        return process.joinpath("environ").read_bytes()
    except OSError:  # it ended meanwhile
        return b""


@pytest.fixture(scope="module")
def demonstration() -> Iterator[subprocess.CompletedProcess[str]]:
    """The example as it runs without arguments; what is left of it after the time is ended."""
    name, _, value = MARK.partition("=")
    try:
        yield subprocess.run(
            [sys.executable, torch_dcp.__file__],
            capture_output=True,
            check=False,
            encoding="utf-8",
            env={**os.environ, name: value, "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"},
            timeout=TIME_LIMIT,
        )
    finally:
        for process in marked_processes():
            os.kill(process, signal.SIGKILL)


def test_type_checkers_are_asked_about_it(suite: Suite) -> None:
    assert "docs/examples/torch_dcp.py" in suite.checked()


def test_every_layout_restores_every_bit(
    demonstration: subprocess.CompletedProcess[str],
) -> None:
    assert demonstration.returncode == 0, demonstration.stderr
    assert demonstration.stdout.splitlines()[:4] == [
        f"saved on 2: {STATE}",
        f"restored on 2: {STATE}, equal bit for bit",
        f"restored on 1: {STATE}, equal bit for bit",
        f"restored on 4: {STATE}, equal bit for bit",
    ]


def test_killed_save_leaves_the_checkpoint_before(
    demonstration: subprocess.CompletedProcess[str],
) -> None:
    assert demonstration.stdout.splitlines()[4:] == [
        "one of two ranks killed in the middle of a save",
        "restored on 2: step 4, {'epoch': 1, 'position': 0}, equal bit for bit",
    ]


def test_no_process_is_left(demonstration: subprocess.CompletedProcess[str]) -> None:
    assert demonstration.returncode == 0
    assert marked_processes() == []
