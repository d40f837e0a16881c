"""The example `docs/examples/resume.py`: what it promises to those who copy from it."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from docs.examples import resume
from stateful import Stateful
from tests.pages.test_advice import Interrupted, View
from tests.suite import Suite

if TYPE_CHECKING:
    from collections.abc import Iterator

STEPS = 100


def start(*arguments: object, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, resume.__file__, *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", **options
    )


def trained(steps: int, path: Path) -> dict[str, Any]:
    """Return a run that was trained in one go."""
    run = resume.new_run(steps)
    resume.train(run, path)
    return run


def snapshot(run: dict[str, Any]) -> str:
    """Return all that a run consists of, in a form that shows every bit of every number."""
    return json.dumps(resume.checkpoint(run))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.json"


def test_type_checkers_are_asked_about_it(suite: Suite) -> None:
    assert "docs/examples/resume.py" in suite.checked()


def test_demonstration_shows_equal_weights() -> None:
    with start() as process:
        output, errors = process.communicate()
    assert process.returncode == 0, errors
    assert output.splitlines()[-1] == "49 final weights, equal bit for bit"


def test_demonstration_that_may_be_too_short_to_be_killed_has_no_traceback() -> None:
    with start("--steps=1") as process:
        _, errors = process.communicate()
    assert errors == ""


def test_stateful_parts_inherit_from_nothing() -> None:
    parts = [value for value in resume.new_run(STEPS).values() if isinstance(value, Stateful)]
    assert [type(part).__bases__ for part in parts] == [(object,)] * 4


def test_plain_values_are_saved_and_restored(path: Path) -> None:
    run = trained(STEPS, path)
    run["started"] = "another time"
    resume.restore(run, resume.read(path))
    assert run["started"] == resume.read(path)["started"] != "another time"


@pytest.mark.parametrize("left_out", ["nothing", "model", "optimizer", "sampler", "progress"])
def test_every_part_counts(left_out: str, path: Path) -> None:
    """A run that was resumed ends like one in one go, unless a part of it was not restored."""
    expected = trained(2 * STEPS, path)
    trained(STEPS, path)
    saved = resume.read(path)
    resumed = resume.new_run(2 * STEPS)
    saved["steps"] = resumed["steps"]
    for name, value in resumed.items():
        if name != left_out:
            resumed[name] = resume.loaded(value, saved[name])
    resume.train(resumed, path)
    equal = [
        resumed[name].state_dict() == expected[name].state_dict()
        for name in ("model", "optimizer", "sampler", "progress")
    ]
    assert all(equal) == (left_out == "nothing")


@pytest.fixture
def _interrupts() -> Iterator[None]:
    """Let processes that are started here obey SIGINT, even if this one runs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


INTERRUPTED = "interrupted: --resume continues from the last checkpoint\n"
interruptible = pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to send")


@pytest.mark.usefixtures("_interrupts")
@pytest.mark.parametrize("end", ["kill", pytest.param("interrupt", marks=interruptible)])
def test_ended_at_random_moments(end: str, path: Path) -> None:
    """However often a run is ended, the file holds the last complete checkpoint."""
    seed = time.time_ns()
    print(f"seed {seed}")
    moments = random.Random(seed)
    step = 0
    for attempt in range(20):
        with start(path, "--steps=1000000", *(["--resume"] if attempt else [])) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(moments.uniform(0, 0.03))
            if end == "kill":
                process.kill()
            else:
                process.send_signal(signal.SIGINT)
                _, errors = process.communicate()
                assert (process.returncode, errors) == (130, INTERRUPTED)
                assert list(path.parent.iterdir()) == [path]
        saved = resume.read(path)
        resume.restore(resume.new_run(1), saved)
        assert saved["progress"]["step"] > step
        step = saved["progress"]["step"]
    in_one_go = trained(step, path.with_name("whole.json"))
    assert json.loads(snapshot(in_one_go))["model"] == saved["model"]


@interruptible
@pytest.mark.usefixtures("_interrupts")
def test_interrupted_demonstration_leaves_nothing(tmp_path: Path) -> None:
    """Neither a file nor a process; one that were left would hold the pipe of the errors open."""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with start(start_new_session=True, env=environment) as process:
        while not list(tmp_path.glob("*/parted.json")):  # the second of three processes trains
            time.sleep(0.001)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        _, errors = process.communicate()
    assert (process.returncode, errors) == (130, INTERRUPTED)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_write_that_fails_leaves_the_file_before(
    error: type[BaseException], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int) -> None:
        raise error

    resume.write(path, {"step": 1})
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(error):
        resume.write(path, {"step": 2})
    assert list(path.parent.iterdir()) == [path]
    assert resume.read(path) == {"step": 1}


def test_unfinished_write_does_not_matter(path: Path) -> None:
    trained(STEPS, path)
    path.with_name("run.json.partial").write_text('{"started": "2')
    run = resume.new_run(STEPS + 1)
    resume.restore(run, resume.read(path))
    resume.train(run, path)
    assert resume.read(path)["progress"]["step"] == STEPS


UNREADABLE = {
    "missing": None,
    "empty": b"",
    "truncated": b'{"started": "2026-01-01", "steps": 100, "model": {"parame',
    "binary": bytes(range(256)),
    "nested too deeply": b"[" * 100_000,
    "another type": b"[1, 2, 3]",
    "other keys": b'{"epoch": 3}',
    "no keys": b"{}",
}


@pytest.mark.parametrize("contents", UNREADABLE.values(), ids=UNREADABLE)
def test_file_that_is_no_checkpoint_gives_one_line(path: Path, contents: bytes | None) -> None:
    if contents is not None:
        path.write_bytes(contents)
    with start(path, "--resume") as process:
        output, errors = process.communicate()
    assert process.returncode == 1
    assert output == ""
    assert errors.startswith(f"{path}: ")
    assert errors.count("\n") == 1
    assert (path.read_bytes() if path.exists() else None) == contents


MISFITS = [
    ("started", 3),
    ("steps", "many"),
    ("model", {}),
    ("model", None),
    ("model", {"parameters": [0.0]}),
    ("model", {"parameters": ["0.0"] * 49}),
    ("optimizer", {"velocity": 0.0}),
    ("optimizer", {"velocity": [0.0] * 50}),
    ("sampler", {"remaining": [1, 2, 3]}),
    ("sampler", {"remaining": [999], "generator": random.Random(0).getstate()}),
    ("sampler", {"remaining": [1], "generator": [3, [1, 2], None]}),
    ("progress", {"step": -1, "loss": 0.0}),
    ("progress", {"step": 1, "loss": "low"}),
]


@pytest.mark.parametrize(("name", "value"), MISFITS)
def test_state_that_does_not_fit_changes_nothing(name: str, value: object, path: Path) -> None:
    """The run is as it was, in all of its parts, and can go on."""
    trained(STEPS, path)
    saved = {**resume.read(path), name: value}
    path.write_text(json.dumps(saved))
    contents = path.read_bytes()
    run = resume.new_run(STEPS)
    before = snapshot(run)
    with pytest.raises(resume.CheckpointError, match=f"its {name} does not fit"):
        resume.restore(run, resume.read(path))
    assert snapshot(run) == before
    assert path.read_bytes() == contents


def test_state_that_does_not_fit_changes_no_object_whose_snapshot_is_a_view() -> None:
    run = {"view": View(), "progress": resume.Progress()}
    with pytest.raises(resume.CheckpointError, match="its progress does not fit"):
        resume.restore(run, {"view": {"values": [1]}, "progress": {}})
    assert snapshot(run) == '{"view": {"values": [0]}, "progress": {"step": 0, "loss": 0.0}}'


def test_run_whose_restoring_is_interrupted_is_as_before() -> None:
    run = {"view": View(), "interrupted": Interrupted()}
    with pytest.raises(KeyboardInterrupt):
        resume.restore(run, {"view": {"values": [1]}, "interrupted": {"values": [1]}})
    assert run["view"].values == [0]


def test_state_that_does_not_fit_gives_one_line(path: Path) -> None:
    trained(STEPS, path)
    path.write_text(json.dumps({**resume.read(path), "model": {"parameters": [0.0]}}))
    contents = path.read_bytes()
    with start(path, "--resume") as process:
        _, errors = process.communicate()
    assert process.returncode == 1
    assert errors == f"{path}: its model does not fit (ValueError: 1 values instead of 49)\n"
    assert path.read_bytes() == contents


def test_folder_that_cannot_be_written_gives_one_line(tmp_path: Path) -> None:
    with start(tmp_path / "missing" / "run.json") as process:
        _, errors = process.communicate()
    assert process.returncode == 1
    assert errors.count("\n") == 1


def test_folder_that_cannot_be_written_is_known_before_the_training(tmp_path: Path) -> None:
    run = resume.new_run(STEPS)
    with pytest.raises(OSError, match="missing"):
        resume.train(run, tmp_path / "missing" / "run.json")
    assert run["progress"].step == 0


@pytest.mark.parametrize(
    ("arguments", "line"),
    [(["."], ".: it exists already: name a file in it\n"), ([".", "--resume"], ".: ")],
)
def test_folder_instead_of_a_file_gives_one_line(
    arguments: list[str], line: str, tmp_path: Path
) -> None:
    with start(*arguments, cwd=tmp_path) as process:
        _, errors = process.communicate()
    assert process.returncode == 1
    assert errors.startswith(line)
    assert errors.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_checkpoint_is_not_overwritten_by_a_new_run(path: Path) -> None:
    trained(STEPS, path)
    contents = path.read_bytes()
    with start(path) as process:
        _, errors = process.communicate()
    assert process.returncode == 1
    assert errors == f"{path}: it exists already: --resume continues it\n"
    assert path.read_bytes() == contents


@pytest.mark.parametrize("arguments", [[], [f"--steps={STEPS // 2}"]])
def test_finished_run_is_left_as_it_is(path: Path, arguments: list[str]) -> None:
    trained(STEPS, path)
    contents = path.read_bytes()
    with start(path, "--resume", *arguments) as process:
        output, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert output == f"step {STEPS} is reached: the run is finished\n"
    assert path.read_bytes() == contents


def test_finished_run_goes_on_to_further_steps(path: Path) -> None:
    expected = json.loads(snapshot(trained(2 * STEPS, path)))
    trained(STEPS, path)
    with start(path, "--resume", f"--steps={2 * STEPS}") as process:
        _, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert resume.read(path) == {**expected, "started": resume.read(path)["started"]}


@pytest.mark.parametrize("steps", ["0", "-1", "many"])
@pytest.mark.parametrize("arguments", [["run.json"], ["run.json", "--resume"], []])
def test_steps_that_are_no_positive_number_are_refused(
    steps: str, arguments: list[str], tmp_path: Path
) -> None:
    with start(*arguments, "--steps", steps, cwd=tmp_path) as process:
        output, errors = process.communicate()
    assert (process.returncode, output) == (2, "")
    assert "error: " in errors.splitlines()[-1]
    assert "--steps" in errors.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


def test_resume_without_a_checkpoint_is_refused() -> None:
    with start("--resume") as process:
        output, errors = process.communicate()
    assert (process.returncode, output) == (2, "")
    assert errors.endswith("error: --resume needs a checkpoint\n")
