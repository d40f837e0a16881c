"""The tests to copy: each catches what is broken in its way, and all accept what is sound."""

import copy
import math
import random
import re
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from http import HTTPStatus
from importlib import import_module
from inspect import isabstract
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import is_protocol

from docs.examples import test_resuming as resuming
from docs.examples.test_resuming import Case
from stateful import Stateful
from tests.pages import code_blocks
from tests.pages.page_cases import CASES, MakeCases
from tests.project import read_text

CHECKS: dict[str, Callable[[Case[Any]], None]] = {
    name: check for name, check in vars(resuming).items() if name.startswith("test_")
}


class Counts:
    """Sound, unless it is given functions that are not."""

    def __init__(
        self,
        save: Callable[[Any], dict[str, Any]] = lambda self: {"n": self.n},
        load: Callable[[Any, dict[str, Any]], Any] = lambda _, state: state["n"],
        n: Any = 0,
    ) -> None:
        self.save, self.load, self.n = save, load, n

    def step(self) -> Any:
        self.n += 1
        return self.n

    def state_dict(self) -> dict[str, Any]:
        return self.save(self)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n = self.load(self, state_dict)


class InList(Counts):
    def __init__(self, **functions: Any) -> None:
        super().__init__(**functions, n=[0])

    def step(self) -> Any:
        self.n[0] += 1
        return self.n


class InNewLists(InList):
    def step(self) -> Any:
        self.n = [self.n[0] + 1]
        return self.n

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n[:] = state_dict["n"]


class ResumesOnce(Counts):
    before = 0

    def step(self) -> Any:
        return super().step() + self.before

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.before, self.n = state_dict["n"], 0


class Remembers(Counts):
    loaded: int | None = None

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n = self.loaded = state_dict["n"]


class LosesWhatItLoadsOnceItWasAskedWhileFresh(Counts):
    asked = False

    def state_dict(self) -> dict[str, Any]:
        self.asked = self.n == 0
        return super().state_dict()

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n, self.asked = 0 if self.asked else state_dict["n"], False


class AssignsBeforeItChecksWhileUsed(Counts):
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n = self.n and state_dict["n"]
        self.n = state_dict["n"] + 0 * state_dict["value"]


PLAIN = ["copy.deepcopy", "pickle", "JSON"]


def case(cls: type[Counts] = Counts, **functions: Any) -> Case[Any]:
    return Case(lambda: cls(**functions), cls.step, storages=PLAIN)


def holds(value: Callable[[int], Any], cls: Any = Counts, storages: Any = PLAIN) -> Case[Any]:
    """Return a case whose snapshot holds a value that is made of the number of steps."""
    functions = {
        "save": lambda self: {"n": self.n, "value": value(self.n)},
        "load": lambda _, state: [state["value"], state["n"]][1],
    }
    return Case(lambda: cls(**functions), cls.step, storages=storages)


def keeps_its_own_after(n: int) -> Case[Any]:
    return case(load=lambda self, s: self.n if self.n == n and s["n"] > 1 else s["n"])


def needs_tuple(_: Counts, state_dict: dict[str, Any]) -> Any:
    return (state_dict["n"] + ())[0]


LOOP: list[Any] = []
LOOP.append(LOOP)

BROKEN: dict[str, dict[str, Case[Any]]] = {
    "test_steps_show_the_state": {
        "shows nothing": Case(Counts, lambda value: [value.step()].clear()),
        "is not seeded": Case(lambda: Counts(n=random.random()), Counts.step),
        "cannot be made": Case(lambda: Counts(n=1 // 0), Counts.step),
        "shows a lock": Case(Counts, lambda value: [value.step(), threading.Lock()]),
    },
    "test_fresh_object_continues_as_the_original": {
        "cannot be asked": case(save=lambda _: 1 // 0),
        "returns None": case(save=lambda _: None),
        "cannot be copied": holds(lambda _: threading.Lock()),
        "cannot be compared": holds(lambda _: LOOP),
        "refuses its own snapshot": case(load=lambda *_: pytest.fail("as a helper may do")),
        "ends after 20 steps": Case(Counts, lambda value: next(iter(range(value.step(), 21)))),
        "loses its state": case(load=lambda *_: 0),
        "loses the end of an epoch": case(load=lambda _, state: state["n"] % 10),
        "loses the end of a warm-up": case(load=lambda _, state: min(state["n"], 11)),
    },
    "test_used_object_continues_as_the_original": {
        "keeps what is greater": case(load=lambda self, state: max(self.n, state["n"])),
        "does not go back to the start": case(load=lambda self, state: state["n"] or self.n),
        "keeps its own after five steps": keeps_its_own_after(5),
        "keeps its own after a dozen": keeps_its_own_after(12),
        "loads once": case(load=lambda self, state: self.__dict__.setdefault("once", state["n"])),
        "was asked while fresh": case(LosesWhatItLoadsOnceItWasAskedWhileFresh),
    },
    "test_restored_object_can_be_saved_again": {
        "resumes once": case(ResumesOnce),
        "saves nothing yet": case(Remembers, save=lambda s: {"n": 0 if s.n == s.loaded else s.n}),
        "saves what it loaded": case(Remembers, save=lambda s: {"n": s.loaded or s.n}),
    },
    "test_taking_a_snapshot_changes_nothing": {
        "changes while fresh": case(save=lambda self: {"n": self.n or self.step()}),
        "returns its own dictionary": case(save=vars),
    },
    "test_snapshot_stays_while_the_object_moves_on": {
        "is a view": case(InList),
        "is a view that a load changes": case(InNewLists),
    },
    "test_dictionary_stays_the_callers": {
        "changes the caller's list": case(InList, save=lambda self: {"n": [*self.n]}),
        "empties the caller's dictionary": case(load=lambda _, state: state.pop("n")),
    },
    "test_fresh_object_has_every_key": {
        "has a dictionary later": holds(lambda n: {"n": n} if n else None),
        "has dictionaries in a list later": holds(lambda n: [{"n": n}] if n else []),
        "has a key at the end of an epoch": holds(lambda n: {"end": n} if n % 10 == 9 else {}),
        "has integer keys": holds(lambda n: {0: n}),
    },
    "test_snapshot_survives_every_storage": {
        "needs a tuple": case(save=lambda self: {"n": (self.n,)}, load=needs_tuple),
        "holds a set": holds(lambda n: {n}),
        "holds a function": holds(lambda n: lambda: n, storages=["pickle"]),
        "shows an enum": Case(
            lambda: Counts(n=HTTPStatus.OK), lambda value: value.n, storages=["JSON"]
        ),
    },
    "test_misfit_raises_and_changes_nothing": {
        "accepts all, and changes nothing": case(load=lambda self, s: s.get("n", self.n)),
        "accepts all while fresh": case(load=lambda self, s: s["n"] if self.n else s.get("n")),
        "accepts what lacks a key in a list": holds(lambda n: [({"n": n},)]),
        "assigns before it checks": holds(lambda n: n, AssignsBeforeItChecksWhileUsed),
        "accepts a misfit of another type": Case(Counts, Counts.step, misfits=[{"n": "many"}]),
    },
}


def failures(case: Case[Any]) -> dict[str, str]:
    """Return the first line of what each check says that fails."""
    lines = {}
    for name, check in CHECKS.items():
        try:
            check(case)
        except AssertionError as error:  # noqa: PERF203
            lines[name] = str(error).splitlines()[0]
        except pytest.skip.Exception:
            assert case.view
    return lines


@pytest.mark.parametrize("name", CHECKS)
def test_broken_class_is_caught_and_told_what_to_do(name: str) -> None:
    for what, case in BROKEN[name].items():
        lines = failures(case)
        assert name in lines, what
        assert [line for line in lines.values() if not re.fullmatch("[^:=]+: [^:=]+", line)] == []


def test_checks_are_explained() -> None:
    page = read_text("docs/testing.md")
    assert re.findall(r"^\| `(test_\w+)` \|", page, re.MULTILINE) == list(CHECKS)


class RunsAGenerator(Counts):
    """It cannot be copied, and ends after as many steps as the tests may take."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()
        self.load_state_dict({"n": 0})

    def step(self) -> Any:
        self.n = next(self.numbers)
        return self.n

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n = state_dict["n"]
        self.numbers = (n for n in range(self.n + 1, 26))


def of_the_process() -> Counts:
    random.seed(0)
    return Counts(lambda _: {"n": random.getstate()}, lambda _, state: random.setstate(state["n"]))


SOUND: dict[str, Case[Any]] = {
    "counts, through every storage": Case(Counts, Counts.step, misfits=[{}]),
    "runs a generator and holds a lock": case(RunsAGenerator),
    "has the state of the process": Case(
        of_the_process, lambda _: random.random(), storages=PLAIN[:2]
    ),
    "is a view": Case(InNewLists, InNewLists.step, storages=PLAIN, view=True),
    "holds a longer and longer list": holds(lambda n: [n] * n),
    "holds an object": holds(random.Random, storages=PLAIN[:2]),
}


@pytest.mark.parametrize("case", SOUND.values(), ids=SOUND)
def test_sound_class_is_accepted(case: Case[Any]) -> None:
    assert failures(case) == {}


EQUAL = [
    (math.nan, math.inf - math.inf),
    (["ab"] * 2, ["ab", "".join("ab")]),
    ({"a": {"b", "c"}, "d": print}, {"d": print, "a": {"c", "b"}}),
    (Counts(n=Counts(n=[1])), Counts(n=Counts(n=[1]))),
    (random.Random(1), random.Random(1)),
    (deque([Counts()], 3), deque([Counts()], 3)),
]
DIFFERENT = [
    ([1], (1,)),
    (1, True),
    (200, HTTPStatus.OK),
    (1, "1"),
    ({"a": 1}, OrderedDict(a=1)),
    (Counts(n=Counts(n=[1])), Counts(n=Counts(n=[2]))),
    (deque([1], 3), deque([1], 4)),
]


def test_values_are_equal_if_their_types_are_too() -> None:
    for one, other in EQUAL:
        assert resuming.text([one]) == resuming.text([other])
    for one, other in DIFFERENT:
        assert resuming.text([one]) != resuming.text([other])


def test_what_pytorch_loses_is_caught() -> None:
    torch = pytest.importorskip("torch")
    cast = holds(lambda n: torch.tensor(n, dtype=torch.float64 if n else torch.float32))
    grown = holds(lambda n: torch.zeros(2 if n else 1))
    assert "test_fresh_object_has_every_key" in failures(cast)
    assert "test_fresh_object_has_every_key" in failures(grown)
    for later in (
        holds(lambda n: {"n": n} if n else None, storages=["torch.distributed.checkpoint"]),
        holds(random.Random, storages=["torch.save"]),
    ):
        assert "test_snapshot_survives_every_storage" in failures(later)


def test_arrays_are_compared_by_dtype_shape_and_content() -> None:
    numpy, torch = pytest.importorskip("numpy"), pytest.importorskip("torch")
    for make, half in ((numpy.array, numpy.float16), (torch.tensor, torch.float16)):
        values = [make([1.0]), make([1.0], dtype=half), make([[1.0]]), make([2.0]), make(1.0), 1.0]
        assert len({resuming.text(value) for value in values}) == len(values)
        assert resuming.text(copy.deepcopy(values)) == resuming.text(values)
    assert failures(holds(lambda n: numpy.float32(n) if n else 0.0, storages=PLAIN[:2])) == {}


def check_classes_shown(source: str, make_cases: MakeCases, folder: Path) -> None:
    """Put each class that a page or a module shows through all checks."""
    names = code_blocks.run(source, folder) if ".md" in source else vars(import_module(source))
    shown = {
        name
        for name, value in names.items()
        if isinstance(value, type) and value.__module__ == names["__name__"]
        if issubclass(value, Stateful) and not is_protocol(value) and not isabstract(value)
    }
    cases = make_cases(names)
    assert shown - {"Half"} == cases.keys()  # Half is shown to lose its state
    for case in cases.values():
        assert failures(case) == {}


@pytest.mark.parametrize("source", CASES)
def test_class_that_is_shown_resumes(source: str, tmp_path: Path) -> None:
    check_classes_shown(source, CASES[source], tmp_path)
