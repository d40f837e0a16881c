"""The example `docs/examples/resume.py`: what it promises to those who copy from it."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from docs.examples import resume
from tests.classes import Interrupted, Keeper, View

KILLS = int(os.environ.get("KILLS", "3"))
"""How often a run is ended: more often in .ci/run."""

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT or SIGPIPE to send")


def start(*arguments: object) -> subprocess.Popen[str]:
    # Let the process obey SIGINT, even if this one ignores it in the background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command = [sys.executable, resume.__file__, *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, encoding="utf-8")


def trained(steps: int, path: Path) -> dict[str, Any]:
    resume.train(resume.new_run(steps), path)
    return resume.read(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.json"


# It resumes, bit for bit


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
        saved[left_out] = resume.checkpoint(run)[left_out]
    resume.restore(run, {name: saved[name] for name in run})
    resume.train(run, path)
    assert (resume.read(path) == expected) is (left_out is None)


INTERRUPTED = (130, "interrupted: the checkpoint file, if any, is complete\n")


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
            assert (process.returncode, errors) == INTERRUPTED
            assert list(path.parent.iterdir()) == [path]
        saved = resume.read(path)
        assert saved["step"] > reached
        reached = saved["step"]
        options = ["--resume"]
    in_one_go = resume.new_run(1000000)
    for _ in range(reached):
        in_one_go["model"].learn(*resume.POINTS[in_one_go["sampler"].next_index()])
    in_one_go["step"] = reached
    assert resume.checkpoint(in_one_go) == saved


@pytest.mark.parametrize(("steps", "reached"), [("--steps=20", 30), ("--steps=35", 35)])
def test_finished_run_stays_or_goes_further(steps: str, reached: int, path: Path) -> None:
    expected = trained(reached, path)
    trained(30, path)
    with start(path, "--resume", steps) as process:
        output, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert output.startswith(f"step {reached} ")
    assert resume.read(path) == expected


@on_posix
def test_nobody_who_reads_on_is_no_error_of_the_file(path: Path) -> None:
    with start(path, "--steps=1000000") as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()  # as `head -1` does
        assert process.stderr.read() == ""
    assert process.returncode == -signal.SIGPIPE
    assert resume.read(path)["step"] > 0


# A misfit, a failure or Ctrl-C leaves the run and the file as they were


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_write_that_fails_leaves_the_file_before(
    error: type[BaseException], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, saved = resume.new_run(30), trained(30, path)
    monkeypatch.setattr(os, "fsync", Mock(side_effect=error))
    with pytest.raises(error):
        resume.train(run, path)
    assert run["step"] == 0  # there was no work to lose yet
    assert list(path.parent.iterdir()) == [path]
    assert resume.read(path) == saved


@on_posix
def test_written_file_takes_the_place_of_a_link(path: Path) -> None:
    target = path.with_name("target.json")
    target.write_text("{}", encoding="utf-8")
    target.chmod(0o600)
    path.symlink_to(target)
    trained(30, path)
    assert not path.is_symlink()
    assert target.read_text(encoding="utf-8") == "{}"
    path.chmod(0o600)
    trained(30, path)
    new = path.with_name("new.json")
    new.touch()
    assert path.stat().st_mode == new.stat().st_mode


@pytest.mark.parametrize(("name", "value"), [("step", "1"), ("model", {}), ("sampler", None)])
def test_state_that_does_not_fit_changes_nothing(name: str, value: object, path: Path) -> None:
    run, saved = resume.new_run(1), {**trained(30, path), name: value}
    with pytest.raises(resume.CheckpointError, match=f"^its {name} does not fit "):
        resume.restore(run, saved)
    assert resume.checkpoint(run) == resume.checkpoint(resume.new_run(1))


@pytest.mark.parametrize("cls", [View, Keeper])
def test_interrupted_restore_changes_no_part(cls: type[View]) -> None:
    run = {"part": cls(), "last": Interrupted()}
    with pytest.raises(KeyboardInterrupt):
        resume.restore(run, {"part": {"values": [1]}, "last": {"values": [1]}})
    assert run["part"].state_dict() == {"values": [0]}


def test_part_that_keeps_what_it_loads_can_be_restored_again() -> None:
    run, saved = {"part": Keeper()}, {"part": {"values": [1]}}
    for _ in range(2):
        resume.restore(run, saved)
        assert run["part"].values == [1]
        run["part"].values[0] = 99


# What is refused is refused in one line, and nothing is lost


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a checkpoint, and no colors in what argparse prints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHON_COLORS", "0")
    trained(30, Path("run.json"))
    return tmp_path


def refusal(arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Any) -> str:
    """Return the last line of what is printed, if all before it tells the usage."""
    monkeypatch.setattr(sys, "argv", ["resume.py", *arguments])
    files = {file: file.read_bytes() for file in Path().iterdir()}
    with pytest.raises(SystemExit) as end:
        resume.main()
    assert {file: file.read_bytes() for file in Path().iterdir()} == files
    printed: str = capsys.readouterr().err or f"{end.value.code}"
    *usage, line = printed.splitlines()
    assert all(before.startswith(("usage: ", " ")) for before in usage)
    return line


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["run.json"], "run.json: it exists already: "),
        (["."], ".: it exists already: "),
        ([".", "--resume"], ".: "),
        ([str(Path("missing/run.json"))], f"{Path('missing/run.json')}: "),
        (["missing.json", "--resume"], "missing.json: "),
        (["--resume"], "resume.py: error: --resume and --steps need a checkpoint"),
        (["--steps=1"], "resume.py: error: --resume and --steps need a checkpoint"),
        (["run.json", "--resume", "--steps=-1"], "resume.py: error: --steps has to be"),
        (["new.json", "--steps=many"], "resume.py: error: argument --steps: "),
    ],
)
def test_arguments_that_are_refused(
    arguments: list[str], line: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert refusal(arguments, monkeypatch, capsys).startswith(line)


@pytest.mark.parametrize(
    "contents",
    [
        b"",
        b'{"step": 30, "model": {"weig',
        bytes(range(256)),
        b"[" * 100_000,
        b"[[1, 2]]",
        b"{}",
        b'{"of\\nanother": "kind"}',
    ],
)
def test_file_without_a_checkpoint_is_refused(
    contents: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    Path(folder, "bad.json").write_bytes(contents)
    line = refusal(["bad.json", "--resume"], monkeypatch, capsys)
    assert line.startswith("bad.json: it ")
