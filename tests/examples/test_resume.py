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
from checkpointer import read, restore, snapshot

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
    resume.train(resume.new_run(steps), path)
    return read(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.json"


def test_demonstration_shows_equal_weights() -> None:
    with start() as process:
        output, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    expected = r"killed at step \d+\nresumed: 8 final weights, equal bit for bit\n"
    assert re.fullmatch(expected, output)


@pytest.mark.parametrize("left_out", [None, "model", "sampler", "step"])
def test_every_part_counts(left_out: str | None, path: Path) -> None:
    expected, saved = trained(200, path), trained(100, path)
    run = resume.new_run(200)
    saved["steps"] = 200
    if left_out:
        saved[left_out] = snapshot(run)[left_out]
    restore(run, saved)
    resume.train(run, path)
    assert (read(path) == expected) is (left_out is None)


@pytest.mark.parametrize("end", ["kill", pytest.param("interrupt", marks=on_posix)])
def test_ended_at_random_moments(end: str, path: Path) -> None:
    """However often a run is ended, the file holds the last complete checkpoint."""
    reached = 0
    options = ["--steps=1000000"]
    for _ in range(KILLS):
        with start(path, *options) as process:
            assert process.stdout
            process.stdout.readline()  # it trains
            time.sleep(random.SystemRandom().uniform(0, 0.02))
            if end == "kill":
                process.kill()
            else:
                process.send_signal(signal.SIGINT)
            _, errors = process.communicate()
        if end == "interrupt":
            assert errors == "interrupted: the checkpoint file, if any, is complete\n"
            assert list(path.parent.iterdir()) == [path]
        saved = read(path)
        assert saved["step"] > reached
        reached = saved["step"]
        options = ["--resume"]
    in_one_go = resume.new_run(1000000)
    for _ in range(reached):
        in_one_go["model"].learn(*resume.POINTS[in_one_go["sampler"].next_index()])
    in_one_go["step"] = reached
    assert snapshot(in_one_go) == saved


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["run.json"], "error: run.json exists already: "),
        (["."], "error: . exists already: "),
        ([".", "--resume"], "resume.py: "),
        (["missing/run.json"], "resume.py: "),
        (["missing.json", "--resume"], "resume.py: "),
        (["bad.json", "--resume"], "resume.py: run: it has "),
        (["--resume"], "error: --resume and --steps need a checkpoint"),
        (["new.json", "--steps=many"], "error: argument --steps: "),
    ],
)
def test_what_is_refused_is_refused_in_one_line_and_loses_nothing(
    arguments: list[str], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHON_COLORS", "0")
    trained(30, Path("run.json"))
    Path("bad.json").write_text("{}", encoding="utf-8")
    before = {file: file.read_bytes() for file in Path().iterdir()}
    with start(*arguments) as process:
        _, errors = process.communicate()
    *usage, last = errors.splitlines()
    assert last.removeprefix("resume.py: " if usage else "").startswith(line)
    assert all(text.startswith(("usage: ", " ")) for text in usage)
    assert {file: file.read_bytes() for file in Path().iterdir()} == before
