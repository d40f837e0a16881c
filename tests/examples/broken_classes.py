"""Classes that do not resume, each broken in one way. At the end: which test to copy catches it."""

import random
from collections.abc import Sequence
from typing import Any


class Counts:
    """Sound: it counts its steps."""

    misfits: Sequence[dict[str, Any]] = ()

    def __init__(self) -> None:
        self.n = 0

    def step(self) -> Any:
        self.n += 1
        return self.n

    def state_dict(self) -> Any:
        return {"n": self.n}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n = state_dict["n"]


class ShowsNothing(Counts):
    def step(self) -> None:
        self.n += 1


class IsNotSeeded(Counts):
    def __init__(self) -> None:
        self.n = random.randrange(1_000_000_000)


class SavesNothing(Counts):
    def state_dict(self) -> Any:
        return {"n": 0}


class LoadsOnce(Counts):
    loaded: int | None = None

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        if self.loaded is None:
            self.loaded = state_dict["n"]
        self.n = self.loaded


class ResumesOnce(Counts):
    before = 0

    def step(self) -> Any:
        return super().step() + self.before

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.before, self.n = state_dict["n"], 0


class SavesNothingUntilItHasMoved(Counts):
    loaded: int | None = None

    def state_dict(self) -> Any:
        return {"n": 0 if self.n == self.loaded else self.n}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n = self.loaded = state_dict["n"]


class ChangesWhileItIsFresh(Counts):
    def state_dict(self) -> Any:
        self.n = self.n or 1
        return super().state_dict()


class SavesWhatIsNew(Counts):
    saved = 0

    def state_dict(self) -> Any:
        new, self.saved = self.n - self.saved, self.n
        return {"n": new}


class IsAView(Counts):
    def __init__(self) -> None:
        self.values = [0]

    def step(self) -> Any:
        self.values[0] += 1
        return list(self.values)

    def state_dict(self) -> Any:
        return {"values": self.values}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.values = list(state_dict["values"])


class FillsOneDictionaryAnew(Counts):
    def __init__(self) -> None:
        self.n = 0
        self.snapshot: dict[str, Any] = {}

    def state_dict(self) -> Any:
        self.snapshot["n"] = self.n
        return self.snapshot


class ChangesTheCallersList(IsAView):
    def state_dict(self) -> Any:
        return {"values": list(self.values)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.values = state_dict["values"]


class Holds(Counts):
    """Its snapshot holds a further value, and has to."""

    def value(self) -> Any:
        return self.n

    def state_dict(self) -> Any:
        return {"n": self.n, "value": self.value()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        if "value" not in state_dict:
            raise KeyError
        super().load_state_dict(state_dict)


class HasDictionariesInAListLater(Holds):
    def value(self) -> Any:
        return [{"n": self.n}] if self.n else []


class SavesATuple(Counts):
    def state_dict(self) -> Any:
        return {"n": (self.n,)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n = state_dict["n"][0] if isinstance(state_dict["n"], tuple) else 0


class AcceptsAllWhileItIsFresh(Counts):
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n = state_dict["n"] if self.n else state_dict.get("n", 0)


class AssignsBeforeItChecks(Holds):
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n = state_dict["n"]
        super().load_state_dict(state_dict)


class AcceptsAnotherType(Counts):
    misfits = ({"n": "many"},)


BROKEN: dict[str, list[type[Counts]]] = {
    "test_steps_show_the_state": [ShowsNothing, IsNotSeeded],
    "test_fresh_object_continues_as_the_original": [SavesNothing],
    "test_used_object_continues_as_the_original": [LoadsOnce],
    "test_restored_object_can_be_saved_again": [ResumesOnce, SavesNothingUntilItHasMoved],
    "test_taking_snapshots_changes_nothing": [ChangesWhileItIsFresh, SavesWhatIsNew],
    "test_snapshot_stays_while_the_object_moves_on": [IsAView, FillsOneDictionaryAnew],
    "test_dictionary_stays_the_callers": [ChangesTheCallersList],
    "test_fresh_object_has_every_key": [HasDictionariesInAListLater],
    "test_snapshot_survives_every_storage": [SavesATuple],
    "test_misfit_raises_and_changes_nothing": [
        AcceptsAllWhileItIsFresh,
        AssignsBeforeItChecks,
        AcceptsAnotherType,
    ],
}
