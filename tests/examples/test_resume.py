"""The example `docs/examples/resume.py`: what it promises to those who run it and copy from it."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import resume
from checkpointer import read

KILLS = int(os.environ.get("KILLS", "3"))
"""How often a run is ended: more often in .ci/run."""

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to send")


def start(*arguments: object) -> subprocess.Popen[str]:
    # Let the process obey SIGINT, even if this one ignores it in the background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command = [sys.executable, resume.__file__, *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, encoding="utf-8")


def trained(steps: int, path: Path) -> dict[str, Any]:
    run = resume.new_run()
    resume.train(run, path, steps)
    return read(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.json"


def test_demonstration_shows_equal_weights() -> None:
    with start() as process:
        output, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    expected = r"killed at step \d+\nresumed: .* the same weights, bit for bit\n"
    assert re.fullmatch(expected, output)


@pytest.mark.parametrize("end", ["kill", pytest.param("interrupt", marks=on_posix)])
def test_ended_at_random_moments(end: str, path: Path) -> None:
    """However often a run is ended, the file holds the last complete checkpoint."""
    reached = 0
    for _ in range(KILLS):
        with start(path, "--steps=1000000") as process:
            assert process.stdout
            process.stdout.readline()  # it trains
            time.sleep(random.SystemRandom().uniform(0, 0.02))
            if end == "kill":
                process.kill()
            else:
                process.send_signal(signal.SIGINT)
            _, errors = process.communicate()
        if end == "interrupt":
            assert (process.returncode, errors) == (130, "")
            assert list(path.parent.iterdir()) == [path]
        saved = read(path)
        assert saved["step"] > reached
        reached = saved["step"]
    assert trained(reached, path) == saved


@pytest.mark.parametrize(
    ("argument", "line"),
    [
        (".", "resume.py: "),
        ("missing/run.json", "resume.py: "),
        ("bad.json", "resume.py: run: only the run has "),
        ("--steps=many", "resume.py: error: argument --steps: "),
    ],
)
def test_what_is_refused_is_refused_in_one_line_and_loses_nothing(
    argument: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHON_COLORS", "0")
    Path("bad.json").write_text("{}", encoding="utf-8")
    with start(argument) as process:
        _, errors = process.communicate()
    *usage, last = errors.splitlines()
    assert last.startswith(line)
    assert all(text.startswith(("usage: ", " ")) for text in usage)
    assert [file.read_text(encoding="utf-8") for file in tmp_path.iterdir()] == ["{}"]
