"""The interface of objects that can be checkpointed and restored.

`Stateful` is a protocol: an object matches if it has the methods ``state_dict``, which returns a
snapshot of its state, and ``load_state_dict``, which takes one back. `StatefulT` is a type variable
bound to it. The interface is the one that PyTorch's distributed checkpointing calls
``torch.distributed.checkpoint.stateful.Stateful``; what matches one matches the other.
"""

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, TypeVar

from typing_extensions import Protocol, runtime_checkable

__all__ = ["Stateful", "StatefulT"]


@runtime_checkable
class Stateful(Protocol):
    """An object whose state can be saved to a checkpoint and restored from it.

    Type checkers compare the signatures of the two methods. ``isinstance`` asks only whether both
    attributes are there and are not ``None``; it evaluates neither.

    A class need not inherit from `Stateful`. One that does must have both methods, its own or those
    of a base that comes before `Stateful`. Otherwise constructing it raises `TypeError` or, if
    another base is a built-in type such as `dict`, calling the missing method raises
    `NotImplementedError`.
    """

    if not TYPE_CHECKING:
        __slots__ = ()  # some type checkers would take it for a member of the protocol

    @abstractmethod
    def state_dict(self) -> dict[str, Any]:
        """Return a snapshot of the object's state.

        The snapshot is complete: an object constructed in the same way, here or in another process,
        continues where this one is now once the snapshot is loaded into it. Taking it leaves the
        object unchanged.

        It can be taken before anything was loaded, and has all of its keys even then: a loader
        such as PyTorch's calls this first, reads the saved values into what it returned, in place,
        and passes that to `load_state_dict`.

        Returns:
            A new dictionary with string keys and with values that the storage in use can write.
            The values may be copies or the object's own. The object's own change as it moves on,
            so whoever keeps the snapshot copies it; reading into them changes the object.
        """
        raise NotImplementedError

    @abstractmethod
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Restore the state from a snapshot.

        The object then continues from the point at which the snapshot was taken, whatever its own
        state was before.

        Args:
            state_dict: What `state_dict` returned, for this object or for one constructed in the
                same way. Storage need not have kept every type: JSON, for one, turns tuples into
                lists. It stays the caller's, with all its values: copy what you keep and change.

        Raises:
            Exception: The snapshot does not fit: a key is missing, or a value has the wrong type or
                shape. The class decides on the exception; `KeyError`, `TypeError` and `ValueError`
                are usual. The call then leaves the object unchanged, so check before you assign.
                What a loader has read in place before the call stays read.
        """
        raise NotImplementedError


# The __init__ that typing_extensions puts into a protocol never calls the next one.
if not TYPE_CHECKING and "__init__" in vars(Stateful):
    del Stateful.__init__

StatefulT = TypeVar("StatefulT", bound=Stateful)
"""A type variable bound to `Stateful`, for functions that return the type that they are given."""
