"""What is plain: the builtin classes whose values cross between processes, and how much of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any

MAX_FRAME = 8 << 20  # bytes
MAX_NODES = 200_000
MAX_DEPTH = 120
MAX_INT_BITS = 1 << 20
MAX_HOST_BITS = 1 << 17
MAX_HASHED = 20_000  # see `hash_weight`
BASES: tuple[type, ...] = (
    bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, deque,
)  # fmt: skip
MUTABLE = (list, dict, set, bytearray, deque)
_MRO = type.__dict__["__mro__"]


class NotPlain(Exception):
    """This value cannot cross; the text says why."""


class Malformed(Exception):
    """These bytes are not a value of the codec."""


def base_of(kind: type) -> type | None:
    """The builtin class as which a value of this class travels."""
    for base in BASES:
        if kind is base:
            return base
    mro = _MRO.__get__(kind)
    return next((base for base in BASES if any(base is one for one in mro)), None)


def builtin(name: Any) -> type:
    """The plain class of this name; StopIteration when there is none."""
    return next(base for base in BASES if base.__name__ == name)


def hash_weight(trees: Iterable[Any]) -> int:
    """What a set of these costs if all keys were chosen to collide; text is hashed with a secret."""
    return sum(0 if type(tree) is str or _plain_int(tree) else 4 + _leaves(tree) for tree in trees)


def _leaves(tree: Any) -> int:
    return sum(map(_leaves, tree)) if type(tree) is list else 1


def _plain_int(item: Any) -> bool:
    return type(item) is int and -(1 << 24) < item < 1 << 24
