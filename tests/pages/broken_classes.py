"""Classes that do not resume, each broken in one way, by the test to copy that catches them."""

import random
from collections.abc import Collection, Sequence
from http import HTTPStatus
from typing import Any

import pytest

from docs.examples.test_resuming import Case

PLAIN = ["copy.deepcopy", "pickle", "JSON"]


class Counts:
    """Sound: it counts its steps."""

    misfits: Sequence[dict[str, Any]] = ()
    storages: Collection[str] = PLAIN

    def __init__(self) -> None:
        self.n = 0

    def step(self) -> Any:
        self.n += 1
        return self.n

    def state_dict(self) -> Any:
        return {"n": self.n}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n = state_dict["n"]


def case(cls: type[Counts]) -> Case[Any]:
    return Case(cls, cls.step, cls.misfits, cls.storages)


class Unique:
    """It can be neither copied nor compared."""

    def __reduce_ex__(self, protocol: object) -> Any:
        raise TypeError


# Against the test that steps show the state


class ShowsNothing(Counts):
    def step(self) -> None:
        self.n += 1


class ShowsWhatCannotBeCompared(Counts):
    def step(self) -> Any:
        return [super().step(), Unique()]


class IsNotSeeded(Counts):
    def __init__(self) -> None:
        self.n = random.randrange(1_000_000_000)


class CannotBeMade(Counts):
    def __init__(self) -> None:
        raise ValueError


# Against the test that a fresh object continues as the original


class ReturnsNone(Counts):
    def state_dict(self) -> Any:
        return None


class HoldsItself(Counts):
    def state_dict(self) -> Any:
        endless: list[Any] = []
        endless.append(endless)
        return {"n": self.n, "endless": endless}


class RefusesItsOwnSnapshot(Counts):
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        pytest.fail("as a helper of a test may do")


class EndsAfterTwentySteps(Counts):
    def step(self) -> Any:
        if self.n == 20:
            raise StopIteration
        return super().step()


class LosesItsState(Counts):
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n = 0


class LosesTheEndOfAWarmUp(Counts):
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n = min(state_dict["n"], 11)


# Against the test that a used object continues as the original


class KeepsItsOwnAfterFiveSteps(Counts):
    """And so it does not resume if it was used just as long."""

    own = 5

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        loaded = state_dict["n"]
        if self.n != self.own or loaded < 2:
            self.n = loaded


class KeepsItsOwnAfterADozenSteps(KeepsItsOwnAfterFiveSteps):
    own = 12


class LoadsOnce(Counts):
    loaded: int | None = None

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        if self.loaded is None:
            self.loaded = state_dict["n"]
        self.n = self.loaded


class LosesWhatItLoadsOnceItWasAskedWhileFresh(Counts):
    asked = False

    def state_dict(self) -> Any:
        self.asked = self.n == 0
        return super().state_dict()

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n = 0 if self.asked else state_dict["n"]
        self.asked = False


# Against the test that a restored object can be saved again


class ResumesOnce(Counts):
    """It counts from zero after a load, and adds what was before to what it shows only."""

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


class SavesWhatItHasLoaded(Counts):
    loaded = 0

    def state_dict(self) -> Any:
        return {"n": self.loaded or self.n}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n = self.loaded = state_dict["n"]


# Against the test that every snapshot of one object is whole


class RemembersItsFirstSnapshot(Counts):
    first: dict[str, Any] | None = None

    def state_dict(self) -> Any:
        if self.first is None:
            self.first = super().state_dict()
        return dict(self.first)


class SavesWhatIsNew(Counts):
    saved = 0

    def state_dict(self) -> Any:
        new, self.saved = self.n - self.saved, self.n
        return {"n": new}


# Against the test that taking a snapshot changes nothing


class ChangesWhileItIsFresh(Counts):
    def state_dict(self) -> Any:
        if self.n == 0:
            self.n = 1
        return super().state_dict()


class ReturnsItsOwnDictionary(Counts):
    def state_dict(self) -> Any:
        return vars(self)


# Against the test that a snapshot stays while the object moves on


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


class IsAViewThatALoadChanges(IsAView):
    def step(self) -> Any:
        self.values = [self.values[0] + 1]
        return list(self.values)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.values[:] = state_dict["values"]


# Against the test that a dictionary stays the caller's


class ChangesTheCallersList(IsAView):
    def state_dict(self) -> Any:
        return {"values": list(self.values)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.values = state_dict["values"]


class EmptiesTheCallersDictionary(Counts):
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n = state_dict.pop("n")


# Against the test that a fresh object has every key


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


class HasAKeyAtTheEndOfAnEpoch(Holds):
    def value(self) -> Any:
        return {"end": self.n} if self.n % 10 == 9 else {}


class HasIntegerKeys(Holds):
    def value(self) -> Any:
        return {0: self.n}


# Against the test that a snapshot survives every storage


class HoldsASet(Holds):
    def value(self) -> Any:
        return {self.n}


class LosesAnEnum(Counts):
    def __init__(self) -> None:
        self.n = HTTPStatus.OK

    def step(self) -> Any:
        return self.n


# Against the test that a misfit raises and changes nothing


class AcceptsAllWhileItIsFresh(Counts):
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.n = state_dict["n"] if self.n else state_dict.get("n", 0)


class AcceptsWhatLacksAKeyInAList(Holds):
    def value(self) -> Any:
        return [({"n": self.n},)]


class AssignsBeforeItChecksOnceItIsUsed(Holds):
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        if self.n:
            self.n = state_dict["n"]
        super().load_state_dict(state_dict)


class AcceptsAnotherType(Counts):
    misfits = ({"n": "many"},)


BROKEN: dict[str, list[type[Counts]]] = {
    "test_steps_show_the_state": [
        ShowsNothing,
        ShowsWhatCannotBeCompared,
        IsNotSeeded,
        CannotBeMade,
    ],
    "test_fresh_object_continues_as_the_original": [
        ReturnsNone,
        HoldsItself,
        RefusesItsOwnSnapshot,
        EndsAfterTwentySteps,
        LosesItsState,
        LosesTheEndOfAWarmUp,
    ],
    "test_used_object_continues_as_the_original": [
        KeepsItsOwnAfterFiveSteps,
        KeepsItsOwnAfterADozenSteps,
        LoadsOnce,
        LosesWhatItLoadsOnceItWasAskedWhileFresh,
    ],
    "test_restored_object_can_be_saved_again": [
        ResumesOnce,
        SavesNothingUntilItHasMoved,
        SavesWhatItHasLoaded,
    ],
    "test_every_snapshot_of_one_object_is_whole": [RemembersItsFirstSnapshot, SavesWhatIsNew],
    "test_taking_a_snapshot_changes_nothing": [ChangesWhileItIsFresh, ReturnsItsOwnDictionary],
    "test_snapshot_stays_while_the_object_moves_on": [IsAView, IsAViewThatALoadChanges],
    "test_dictionary_stays_the_callers": [ChangesTheCallersList, EmptiesTheCallersDictionary],
    "test_fresh_object_has_every_key": [
        HasDictionariesInAListLater,
        HasAKeyAtTheEndOfAnEpoch,
        HasIntegerKeys,
    ],
    "test_snapshot_survives_every_storage": [HoldsASet, LosesAnEnum],
    "test_misfit_raises_and_changes_nothing": [
        AcceptsAllWhileItIsFresh,
        AcceptsWhatLacksAKeyInAList,
        AssignsBeforeItChecksOnceItIsUsed,
        AcceptsAnotherType,
    ],
}
