"""The example `docs/examples/torch_dcp.py`: several ranks, one that fails, one that is killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import uuid
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import torch
import torch.distributed as dist
from torch.distributed.checkpoint.api import CheckpointException
from torch.distributed.checkpoint.state_dict_saver import save

from docs.examples import torch_dcp
from tests.suite import Suite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stateful import Stateful

TIME_LIMIT = 180
STATE = "step 6, {'epoch': 1, 'position': 32}"
MARK = f"STATEFUL_TEST={uuid.uuid4()}"
ENVIRONMENT = {"GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}


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


def end_marked_processes() -> None:
    for process in marked_processes():
        os.kill(process, signal.SIGKILL)


class Demonstration(NamedTuple):
    """How the example ran without arguments: each line, and what was in the errors by then."""

    status: int
    lines: list[str]
    errors: list[str]


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """The example as it runs without arguments; what is left of it after the time is ended."""
    name, _, value = MARK.partition("=")
    errors = tmp_path_factory.mktemp("demonstration") / "errors"
    lines, errors_by_then = [], []
    limit = threading.Timer(TIME_LIMIT, end_marked_processes)
    limit.start()
    try:
        with (
            errors.open("w") as file,
            subprocess.Popen(
                [sys.executable, torch_dcp.__file__],
                stdout=subprocess.PIPE,
                stderr=file,
                encoding="utf-8",
                env={**os.environ, **ENVIRONMENT, name: value, "PYTHONUNBUFFERED": ""},
            ) as process,
        ):
            for line in process.stdout or ():
                lines.append(line.rstrip())
                errors_by_then.append(errors.read_text())
        yield Demonstration(process.returncode, lines, [*errors_by_then, errors.read_text()])
    finally:
        limit.cancel()
        end_marked_processes()


def test_type_checkers_are_asked_about_it(suite: Suite) -> None:
    assert "docs/examples/torch_dcp.py" in suite.checked()


def test_every_layout_restores_every_bit(demonstration: Demonstration) -> None:
    assert demonstration.status == 0, demonstration.errors[-1]
    assert demonstration.lines[:4] == [
        f"saved on 2: {STATE}",
        f"restored on 2: {STATE}, equal bit for bit",
        f"restored on 1: {STATE}, equal bit for bit",
        f"restored on 4: {STATE}, equal bit for bit",
    ]


def test_killed_save_leaves_the_checkpoint_before(demonstration: Demonstration) -> None:
    assert demonstration.lines[4:] == [
        "next, one of two ranks is killed in the middle of a save",
        "restored on 2: step 4, {'epoch': 1, 'position': 0}, equal bit for bit",
    ]


def test_kill_is_announced_before_pytorch_reports_it(demonstration: Demonstration) -> None:
    assert ["Traceback" in errors for errors in demonstration.errors] == [False] * 5 + [True] * 2


def test_no_process_is_left(demonstration: Demonstration) -> None:
    assert demonstration.status == 0
    assert marked_processes() == []


class Meeting:
    """Its snapshot is its own tensor, and loading waits for the other ranks, as a model's may."""

    def __init__(self, value: int) -> None:
        self.value = torch.tensor(value)

    def state_dict(self) -> dict[str, Any]:
        return {"value": self.value}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        dist.barrier()
        self.value.copy_(state_dict["value"])


class Limited:
    """Loads no value above a limit, which may differ by rank."""

    def __init__(self, value: int, limit: int) -> None:
        self.value = value
        self.limit = limit

    def state_dict(self) -> dict[str, Any]:
        return {"value": self.value}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        if state_dict["value"] > self.limit:
            message = f"{state_dict['value']} is above {self.limit}"
            raise ValueError(message)
        self.value = state_dict["value"]


def fail_to_load(folder: Path, rank: int, error: type[BaseException], match: str) -> None:
    """Load 7 into 1 as one of two ranks, of which the second takes no more than 5."""
    dist.init_process_group(
        "gloo",
        init_method=f"file://{folder}/ranks",
        rank=rank,
        world_size=2,
        timeout=timedelta(seconds=15),
    )
    a, b, c = Meeting(1), Limited(1, limit=[9, 5][rank]), Meeting(1)
    run: dict[str, Stateful] = {"a": a, "b": b, "c": c}
    with pytest.raises(error, match=match):
        torch_dcp.load_on_all_ranks(run, folder / "checkpoint")
    assert [a.value, b.value, c.value] == [1, 1, 1]
    os._exit(0)  # for the reason that the example gives


@pytest.mark.parametrize(
    ("damage", "error", "match"),
    [
        (0, torch_dcp.CheckpointError, "rank 1: ValueError: 7 is above 5"),
        (1, CheckpointException, "corrupted"),
    ],
    ids=["a part does not fit rank 1", "the end of a file is lost"],
)
def test_what_one_rank_cannot_load_is_raised_on_all_and_changes_nothing(
    damage: int,
    error: type[BaseException],
    match: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = {"a": Meeting(7), "b": Limited(7, limit=9), "c": Meeting(7)}
    save(run, checkpoint_id=tmp_path / "checkpoint", no_dist=True)
    [file] = tmp_path.glob("checkpoint/*.distcp")
    os.truncate(file, file.stat().st_size - damage)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    ranks = [
        multiprocessing.get_context("spawn").Process(
            target=fail_to_load, args=(tmp_path, rank, error, match)
        )
        for rank in range(2)
    ]
    for process in ranks:
        process.start()
    for process in ranks:
        process.join()
    assert [process.exitcode for process in ranks] == [0, 0]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--restore"], "--restore and --kill-at need a folder"),
        (["--kill-at=1"], "--restore and --kill-at need a folder"),
        (["folder"], "a folder is for several ranks: start them with torchrun"),
    ],
)
def test_arguments_that_do_not_go_together_are_refused(
    arguments: list[str],
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("RANK", raising=False)
    monkeypatch.setattr(sys, "argv", ["torch_dcp.py", *arguments])
    with pytest.raises(SystemExit) as ended:
        torch_dcp.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(f"error: {line}\n")


@pytest.mark.parametrize(
    ("files", "arguments", "line"),
    [
        ([], ["--restore"], "it holds no complete checkpoint"),
        (["6/__0_0.distcp", "old/.metadata"], ["--restore"], "it holds no complete checkpoint"),
        (["6/.metadata"], [], "it holds a checkpoint already: use --restore, or another folder"),
    ],
)
def test_folder_that_is_not_as_it_should_be_gives_one_line(
    files: list[str], arguments: list[str], line: str, tmp_path: Path
) -> None:
    for file in files:
        (tmp_path / file).parent.mkdir()
        (tmp_path / file).touch()
    before = sorted(tmp_path.rglob("*"))
    with socket.create_server(("localhost", 0)) as free:
        launched = {
            "MASTER_ADDR": "localhost",
            "MASTER_PORT": str(free.getsockname()[1]),
            "TORCH_CPP_LOG_LEVEL": "ERROR",  # no warnings about the machine's network
            "WORLD_SIZE": "2",
        }
    ranks = [
        subprocess.Popen(
            [sys.executable, torch_dcp.__file__, tmp_path, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, **ENVIRONMENT, **launched, "RANK": rank},
        )
        for rank in "01"
    ]
    outputs = [process.communicate(timeout=TIME_LIMIT) for process in ranks]
    assert [process.returncode for process in ranks] == [1, 1]
    assert outputs == [("", f"{tmp_path}: {line}\n"), ("", "")]
    assert sorted(tmp_path.rglob("*")) == before
