"""The example `docs/examples/resume.py`: what it promises to those who copy from it."""

import os
import random
import re
import signal
import sys
import time
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any
from unittest.mock import Mock

import pytest

from docs.examples import resume
from tests.pages.test_pages import Interrupted, Keeper, View


def start(*arguments: object, **options: Any) -> Popen[str]:
    # Let the process obey SIGINT, even if this one ignores it in the background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command = [sys.executable, resume.__file__, *map(str, arguments)]
    return Popen(command, stdout=PIPE, stderr=PIPE, encoding="utf-8", **options)


def trained(steps: int, path: Path) -> dict[str, Any]:
    resume.train(resume.new_run(steps), path)
    return resume.read(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.json"


def test_demonstration_shows_equal_weights() -> None:
    with start() as process:
        output, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    expected = "killed at step [5-9].. of 1000\nresumed: 8 final weights, equal bit for bit\n"
    assert re.fullmatch(expected, output)


def test_every_part_counts(path: Path) -> None:
    expected, saved = trained(200, path), trained(100, path)
    for left_out in ("nothing", "model", "sampler", "step"):
        resumed = resume.new_run(200)
        changes = {"steps": 200, left_out: resume.checkpoint(resumed).get(left_out)}
        resume.restore(resumed, {name: (saved | changes)[name] for name in resumed})
        resume.train(resumed, path)
        assert (resume.read(path) == expected) == (left_out == "nothing")


INTERRUPTED = (130, "interrupted: the checkpoint file, if any, is complete\n")
interruptible = pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to send")


@pytest.mark.parametrize("end", ["kill", pytest.param("interrupt", marks=interruptible)])
def test_ended_at_random_moments(end: str, path: Path) -> None:
    """However often a run is ended, the file holds the last complete checkpoint."""
    step = 0
    for attempt in range(10):
        with start(path, "--steps=1000000", *["--resume"][:attempt]) as process:
            next(iter(process.stdout or ()))  # it trains
            time.sleep(random.SystemRandom().uniform(0, 0.02))
            process.kill() if end == "kill" else process.send_signal(signal.SIGINT)
            _, errors = process.communicate()
        if end == "interrupt":
            assert (process.returncode, errors) == INTERRUPTED
            assert list(path.parent.iterdir()) == [path]
        saved = resume.read(path)
        assert saved["step"] > step
        step = saved["step"]
    in_one_go = resume.new_run(1000000)
    for _ in range(step):
        in_one_go["model"].learn(*resume.POINTS[in_one_go["sampler"].next_index()])
    assert resume.checkpoint({**in_one_go, "step": step}) == saved


@interruptible
def test_interrupted_demonstration_leaves_nothing(tmp_path: Path) -> None:
    """Neither a file nor a process; one that were left would hold the pipe of the errors open."""
    with start(start_new_session=True, env={**os.environ, "TMPDIR": str(tmp_path)}) as process:
        while not list(tmp_path.glob("*/parted.json")):  # the second of three processes trains
            time.sleep(0.001)
        process.send_signal(signal.SIGSTOP)  # a child that Ctrl-C reached has time to say so
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        time.sleep(0.2)
        process.send_signal(signal.SIGCONT)
        _, errors = process.communicate()
    assert (process.returncode, errors) == INTERRUPTED
    assert list(tmp_path.iterdir()) == []


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


NO_CHECKPOINTS = [
    *[b"", b'{"step": 30, "model": {"weig', bytes(range(256)), b"[" * 100_000, b"[[1, 2]]"],
    *[b"{}", b'{"of\\nanother": "kind"}'],
]
STEPS = "resume.py: error: .*--steps"
REFUSED = [
    (["run.json"], "run.json: it exists already: "),
    (["."], ".: it exists already: "),
    ([".", "--resume"], ".: "),
    (["missing/run.json"], "missing/run.json: "),
    (["missing.json", "--resume"], "missing.json: "),
    (["--resume"], "resume.py: error: --resume needs a checkpoint"),
    (["--steps=0"], STEPS),
    (["run.json", "--resume", "--steps=-1"], STEPS),
    (["new.json", "--steps=many"], STEPS),
    *[([f"{number}.json", "--resume"], f"{number}.json: it ") for number in range(7)],
]


@pytest.mark.parametrize(("arguments", "line"), REFUSED)
def test_refused_in_one_line_and_nothing_is_lost(
    arguments: list[str], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["resume.py", *arguments])
    trained(30, Path("run.json"))
    for number, contents in enumerate(NO_CHECKPOINTS):
        Path(f"{number}.json").write_bytes(contents)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(SystemExit) as end:
        resume.main()
    said = capsys.readouterr().err or str(end.value.code)
    assert re.fullmatch(f"(usage: .*\n( .*\n)*)?{line}.*\n?", said)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize(("steps", "reached"), [("--steps=20", 30), ("--steps=35", 35)])
def test_finished_run_stays_or_goes_further(steps: str, reached: int, path: Path) -> None:
    expected = trained(reached, path)
    trained(30, path)
    with start(path, "--resume", steps) as process:
        output, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert output.startswith(f"step {reached} ")
    assert resume.read(path) == expected
