"""The example `docs/examples/torch_dcp.py`: several ranks, and one that fails."""

import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.distributed as dist
from torch.distributed.checkpoint.state_dict_saver import save
from torch.multiprocessing.spawn import spawn

from docs.examples import torch_dcp
from tests.interop import torch_cases

ENVIRONMENT = {"GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}


def test_any_number_of_ranks_restores_every_bit() -> None:
    run = subprocess.run(
        [sys.executable, torch_dcp.__file__],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, **ENVIRONMENT, "PYTHONUNBUFFERED": ""},
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    *launched, last = run.stdout.splitlines()
    assert [line.partition(",")[0] for line in launched] == [
        "saved on 2: step 6",
        "restored on 2: step 6",
        "restored on 1: step 6",
        "restored on 4: step 6",
    ]
    assert last == "all equal, bit for bit"


class Part:
    """Its snapshot is its own tensor, and loading waits for the other ranks, as a model's may."""

    def __init__(self, value: int, **errors: BaseException) -> None:
        self.value = torch.tensor(value)
        self.errors = errors

    def state_dict(self) -> dict[str, Any]:
        if "state_dict" in self.errors:
            raise self.errors["state_dict"]
        return {"value": self.value}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        dist.barrier()
        self.value.copy_(state_dict["value"])
        if error := self.errors.pop("load_state_dict", None):  # once: it can go back
            raise error


NO = ["RuntimeError: rank 1: ValueError: no"] * 2
INTERRUPTED = ["RuntimeError: rank 1: KeyboardInterrupt: ", "KeyboardInterrupt: "]
FAILURES: list[tuple[str, dict[str, BaseException], list[str]]] = [
    ("whole", {"load_state_dict": ValueError("no")}, NO),
    ("whole", {"load_state_dict": KeyboardInterrupt()}, INTERRUPTED),
    ("whole", {"state_dict": KeyboardInterrupt()}, INTERRUPTED),
    ("cut", {}, ["CheckpointException: "] * 2),
]
"""A checkpoint, what the second of two ranks raises, and what is raised then on each rank."""


def fail_to_load(rank: int, folder: Path) -> None:
    dist.init_process_group("gloo", f"file://{folder}/ranks", timedelta(minutes=1), 2, rank)
    for checkpoint, failure, errors in FAILURES:
        training = torch_cases.new_training()
        failing = Part(1, **failure) if rank == 1 else Part(1)
        run: dict[str, Any] = {"training": training, "a": Part(1), "b": failing, "c": Part(1)}
        with pytest.raises(BaseException) as raised:  # noqa: PT011 (it is compared below)
            torch_dcp.load_on_all_ranks(run, folder / checkpoint)
        assert f"{raised.typename}: {raised.value}".startswith(errors[rank])
        assert [run[name].value.item() for name in "abc"] == [1, 1, 1]
        untouched = torch_cases.new_training()
        assert torch_cases.train_a_step(training) == torch_cases.train_a_step(untouched)
    os._exit(0)  # for the reason that the example gives


def test_failure_on_one_rank_is_raised_on_all_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Save a checkpoint, and cut a copy of it. Then `fail_to_load` runs on two ranks.

    For each of `FAILURES`, it asserts that each rank raises, and that nothing was loaded.
    """
    training = torch_cases.new_training()
    torch_cases.train_a_step(training)
    run = {"training": training, "a": Part(7), "b": Part(7), "c": Part(7)}
    save(run, checkpoint_id=tmp_path / "whole", no_dist=True)
    shutil.copytree(tmp_path / "whole", tmp_path / "cut")
    [file] = tmp_path.glob("cut/*.distcp")
    os.truncate(file, file.stat().st_size - 1)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    spawn(fail_to_load, (tmp_path,), nprocs=2)  # type: ignore[no-untyped-call]


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
