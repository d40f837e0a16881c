"""The interface of objects that can be checkpointed and restored.

`Stateful` is the protocol of objects with the methods ``state_dict`` and ``load_state_dict``. It is
the interface that PyTorch calls ``torch.distributed.checkpoint.stateful.Stateful``. `StatefulT` is
a type variable bound to it::

    def restored(target: StatefulT, state_dict: dict[str, Any]) -> StatefulT:
        target.load_state_dict(state_dict)
        return target
"""

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, TypeVar

from typing_extensions import Protocol, runtime_checkable

__all__ = ["Stateful", "StatefulT"]


@runtime_checkable
class Stateful(Protocol):
    """An object whose state can be saved to a checkpoint and restored from it.

    Any class with both methods matches; it need not inherit from `Stateful`::

        class Counter:
            count = 0

            def state_dict(self) -> dict[str, Any]:
                return {"count": self.count}

            def load_state_dict(self, state_dict: dict[str, Any]) -> None:
                self.count = state_dict["count"]

    Type checkers compare the signatures. ``isinstance`` asks only whether both attributes are there
    and are not ``None``; it evaluates neither. An instance of a class that inherits always matches.

    Such a class must have both methods, its own or those of a base that comes before `Stateful`.
    Otherwise instantiating it raises `TypeError` or, if another base is a built-in type such as
    `dict`, calling the missing method raises `NotImplementedError`.
    """

    if not TYPE_CHECKING:
        __slots__ = ()  # some type checkers would take it for a member of the protocol

    @abstractmethod
    def state_dict(self) -> dict[str, Any]:
        """Return a snapshot of the object's state, and leave the object unchanged.

        Loaded into an object constructed in the same way, here or in another process, the snapshot
        makes that object continue where this one is now.

        It has all of its keys even before anything was loaded: a loader such as PyTorch's calls
        this first, reads the saved values into what it returned, and passes that to
        `load_state_dict`.

        Returns:
            A new dictionary with string keys and with values that the storage in use can write.
            The values may be copies or views. A view changes with the object, so copy a snapshot
            that you keep. Reading into a view changes the object.
        """
        raise NotImplementedError

    @abstractmethod
    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Continue from the point at which a snapshot was taken, whatever the state was before.

        Args:
            state_dict: What `state_dict` returned, for this object or for one constructed in the
                same way. Storage need not have kept every type: JSON, for one, turns tuples into
                lists. It belongs to the caller, values included: copy what you keep and change.

        Raises:
            Exception: The snapshot does not fit: a key is missing or, where the class checks it, a
                value has the wrong type or shape. The class decides on the exception; `KeyError`,
                `TypeError` and `ValueError` are usual. A class should then leave the object
                unchanged: check before you assign. What a loader read in place before the call is
                not undone.
        """
        raise NotImplementedError


# On most Pythons, the __init__ that typing_extensions gives a protocol does not call the next one.
if "__init__" in vars(Stateful):
    del Stateful.__init__

StatefulT = TypeVar("StatefulT", bound=Stateful)
"""A type variable bound to `Stateful`, for functions that return the type that they are given."""
