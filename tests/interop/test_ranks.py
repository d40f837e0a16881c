"""The example `docs/examples/torch_dcp.py`: several ranks, one that fails, one that is killed."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import torch
import torch.distributed as dist
from torch.distributed.checkpoint.state_dict_saver import save

from docs.examples import torch_dcp
from tests.interop import cases

MARK = f"STATEFUL_TEST={uuid.uuid4()}"
ENVIRONMENT = {"GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}


def marked_processes() -> list[int]:
    """Return the processes that have inherited the mark, whatever their session."""
    processes = Path("/proc").glob("[0-9]*")
    return [int(process.name) for process in processes if MARK.encode() in environment(process)]


def environment(process: Path) -> bytes:
    try:
        return process.joinpath("environ").read_bytes()
    except OSError:  # it ended meanwhile
        return b""


@pytest.fixture(scope="module")
def demonstration() -> Iterator[subprocess.CompletedProcess[str]]:
    """The example as it runs without arguments; what is left of it is ended."""
    name, _, value = MARK.partition("=")
    try:
        yield subprocess.run(
            [sys.executable, torch_dcp.__file__],
            capture_output=True,
            check=False,
            encoding="utf-8",
            env={**os.environ, **ENVIRONMENT, name: value, "PYTHONUNBUFFERED": ""},
            timeout=300,
        )
    finally:
        for process in marked_processes():
            os.kill(process, signal.SIGKILL)


def test_every_layout_restores_every_bit_after_a_kill_too(
    demonstration: subprocess.CompletedProcess[str],
) -> None:
    assert demonstration.returncode == 0, demonstration.stderr
    assert demonstration.stdout.splitlines() == [
        "saved on 2: step 6",
        "restored on 2: step 6, equal bit for bit",
        "restored on 1: step 6, equal bit for bit",
        "restored on 4: step 6, equal bit for bit",
        "next, one of two ranks is killed in the middle of a save",
        "restored on 2: step 4, equal bit for bit",
    ]


@pytest.mark.usefixtures("demonstration")
def test_no_process_is_left() -> None:
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


class Failing(Meeting):
    """Raises errors, in the methods of these names."""

    def __init__(self, value: int, **errors: BaseException) -> None:
        super().__init__(value)
        self.errors = errors

    def state_dict(self) -> dict[str, Any]:
        if error := self.errors.get("state_dict"):
            raise error
        return super().state_dict()

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict(state_dict)
        if error := self.errors.pop("load_state_dict", None):
            raise error


FAILURES: dict[str, dict[str, BaseException]] = {
    "whole": {"load_state_dict": ValueError("no")},
    "whole, Ctrl-C": {"load_state_dict": KeyboardInterrupt()},
    "whole, Ctrl-C when asked": {"state_dict": KeyboardInterrupt()},
    "cut": {},
}
INTERRUPTED = ["RuntimeError: rank 1: KeyboardInterrupt: ", "KeyboardInterrupt: "]


def fail_to_load(folder: Path, rank: int) -> None:
    """Load as one of two ranks, of which the second fails, and write down what comes of it."""
    dist.init_process_group("gloo", f"file://{folder}/ranks", timedelta(minutes=1), 2, rank)
    outcomes = {}
    for name, failure in FAILURES.items():
        training, failing = cases.training(), Failing(1, **(failure if rank == 1 else {}))
        run: dict[str, Any] = {"training": training, "a": Meeting(1), "b": failing, "c": Meeting(1)}
        with pytest.raises(BaseException) as raised:  # noqa: PT011 (it is written down)
            torch_dcp.load_on_all_ranks(run, folder / name.partition(",")[0])
        parts = [part.value.item() for part in run.values() if isinstance(part, Meeting)]
        untouched = cases.train(training) == cases.train(cases.training())
        outcomes[name] = f"{raised.typename}: {raised.value}", [*parts, untouched]
    (folder / f"{rank}.json").write_text(json.dumps(outcomes))
    os._exit(0)  # for the reason that the example gives


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("outcomes")
    training = cases.training()
    cases.train(training)
    run = {"training": training, "a": Meeting(7), "b": Failing(7), "c": Meeting(7)}
    save(run, checkpoint_id=folder / "whole", no_dist=True)
    shutil.copytree(folder / "whole", folder / "cut")
    [file] = folder.glob("cut/*.distcp")
    os.truncate(file, file.stat().st_size - 1)
    context = multiprocessing.get_context("spawn")
    ranks = [context.Process(target=fail_to_load, args=(folder, rank)) for rank in range(2)]
    with mock.patch.dict(os.environ, ENVIRONMENT):
        for process in ranks:
            process.start()
        for process in ranks:
            process.join()
    assert [process.exitcode for process in ranks] == [0, 0]
    return [json.loads((folder / f"{rank}.json").read_text()) for rank in range(2)]


@pytest.mark.parametrize(
    ("failure", "errors"),
    [
        ("whole", ["RuntimeError: rank 1: ValueError: no"] * 2),
        ("whole, Ctrl-C", INTERRUPTED),
        ("whole, Ctrl-C when asked", INTERRUPTED),
        ("cut", ["CheckpointException: "] * 2),
    ],
)
def test_failure_on_one_rank_is_raised_on_all_and_changes_nothing(
    failure: str, errors: list[str], outcomes: list[dict[str, Any]]
) -> None:
    for outcome, error in zip(outcomes, errors, strict=True):
        text, values = outcome[failure]
        assert text.startswith(error)
        assert values == [1, 1, 1, True]


@pytest.mark.parametrize("ranks", [1, 2, 4])
def test_each_rank_gets_an_equal_share_of_each_batch(ranks: int) -> None:
    samplers = [torch_dcp.Sampler(70, 16, rank, ranks) for rank in range(ranks)]
    for _ in range(3):
        epoch = [sampler.next_batch() for _ in range(4) for sampler in samplers]
        assert {len(share) for share in epoch} == {16 // ranks}
        assert len({row for share in epoch for row in share}) == 64


@pytest.mark.parametrize(("length", "ranks"), [(15, 1), (64, 3), (64, 32)])
def test_sampler_without_equal_shares_is_refused(length: int, ranks: int) -> None:
    with pytest.raises(ValueError, match="no equal shares"):
        torch_dcp.Sampler(length, 16, 0, ranks)
