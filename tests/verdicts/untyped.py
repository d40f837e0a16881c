"""Shapes whose own bodies break strict rules: imported by the others, and not checked."""

from typing import Any, NamedTuple


class Unannotated:
    """Methods without annotations: checkers infer something that fits, or take `Any`."""

    def state_dict(self):
        return {}

    def load_state_dict(self, state_dict):
        pass


UnknownBase: Any = Unannotated


class InheritsUnknown(UnknownBase):
    """Inherited from a base of unknown type: it may have any method."""


class _IncompatibleKeys(NamedTuple):
    missing_keys: list[str]
    unexpected_keys: list[str]


class ReturnsIncompatibleKeys:
    """Unannotated, returns a named tuple: PyTorch's modules do. mypy and ty do not infer."""

    training = True

    def state_dict(self):
        return {}

    def load_state_dict(self, state_dict, strict=True):
        return _IncompatibleKeys([], [])
