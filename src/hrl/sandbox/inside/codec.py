"""The closed codec: exact builtin values as JSON, bounded; no pickle, no eval.

Used on both sides. A subclass travels as its base, through the base's own methods. What cannot cross raises
`NotPlain` (sender) or `Malformed` (receiver). With a `Memo`, lists, dicts and sets keep their identity:
the second sight of one is a reference, so shared and cyclic values survive and in-place changes can travel
back.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

MAX_FRAME = 8 << 20
MAX_NODES = 200_000
MAX_DEPTH = 120
MAX_INT_BITS = 1 << 20
MAX_HASHED = 5_000
MAX_RANGE = 1 << 20
_SMALL_INT_BITS = 1024
_MRO = type.__dict__["__mro__"]
_BASES: tuple[type, ...] = (
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    bytearray,
    list,
    tuple,
    dict,
    set,
    frozenset,
)
Handler = Callable[[Any], Any]


class NotPlain(Exception):
    """This value cannot cross; the text says why."""


class Malformed(Exception):
    """These bytes are not a value of the codec."""


class Memo:
    """The mutable containers of one exchange, in the order in which they were first seen."""

    def __init__(self) -> None:
        self.containers: list[Any] = []
        self.index: dict[int, int] = {}

    def add(self, value: Any) -> None:
        """Remember one container; its place is its number."""
        self.index[id(value)] = len(self.containers)
        self.containers.append(value)


class Encoder:
    """Values to JSON-able trees; `other` is asked about what is not plain."""

    def __init__(self, memo: Memo | None = None, other: Handler | None = None) -> None:
        self.memo = memo
        self.other = other
        self.nodes = 0

    def encode(self, value: Any, depth: int = 0) -> Any:
        """The tree of one value."""
        kind = type(value)
        if value is None or kind is bool or kind is float:
            return value
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise NotPlain("the value is too large")
        if depth > MAX_DEPTH:
            raise NotPlain("the value is nested too deeply")
        if kind is str:
            return value
        if kind is int:
            return _encode_int(value)
        return self._compound(value, kind, depth + 1)

    def _compound(self, value: Any, kind: type, depth: int) -> Any:
        if self.memo is not None and id(value) in self.memo.index:
            return ["@", self.memo.index[id(value)]]
        for base in _BASES:
            if kind is base or any(base is one for one in _MRO.__get__(kind)):
                if base in (list, dict, set, bytearray) and self.memo is not None:
                    self.memo.add(value)
                return self.body(value, base, depth)
        extra = _encode_extra(value, kind)
        if extra is not None:
            return extra
        if kind is deque:
            return ["q", value.maxlen, *(self.encode(item, depth) for item in value)]
        if self.other is not None:
            return self.other(value)
        raise NotPlain(f"a value of type {kind.__name__} is not plain")

    def body(self, value: Any, base: type, depth: int = 1) -> Any:
        """The tree of a value as its base, without a look at the memo."""
        if base is list or base is tuple:
            return ["l" if base is list else "t", *self._items(base.__iter__(value), depth)]
        if base is dict:
            flat = [part for pair in dict.items(value) for part in pair]
            return ["d", *self._items(flat, depth)]
        if base is set or base is frozenset:
            return ["s" if base is set else "f", *self._items(base.__iter__(value), depth)]
        return _encode_scalar(value, base)

    def _items(self, items: Iterable[Any], depth: int) -> list[Any]:
        return [self.encode(item, depth) for item in items]


def _encode_int(value: int) -> Any:
    bits = value.bit_length()
    if bits <= _SMALL_INT_BITS:
        return value
    if bits > MAX_INT_BITS:
        raise NotPlain("the integer is too large")
    return ["I", hex(value)]


def _encode_scalar(value: Any, base: type) -> Any:
    if base is bool:
        return value
    if base is int:
        return _encode_int(int.__int__(value))
    if base is float:
        return float.__float__(value)
    if base is str:
        return str.__str__(value)
    if base is complex:
        return ["c", complex.real.__get__(value), complex.imag.__get__(value)]
    if base is bytes:
        return ["b", bytes.__getitem__(value, slice(None)).decode("latin-1")]
    return ["y", bytes(bytearray.__getitem__(value, slice(None))).decode("latin-1")]


def _encode_extra(value: Any, kind: type) -> Any:
    if kind is range:
        return ["r", _encode_int(value.start), _encode_int(value.stop), _encode_int(value.step)]
    if kind is Decimal:
        return ["D", Decimal.__str__(value)]
    if kind is Fraction and max(abs(value.numerator), value.denominator).bit_length() <= _SMALL_INT_BITS:
        return ["F", _encode_int(value.numerator), _encode_int(value.denominator)]
    if value is Ellipsis:
        return ["."]
    if kind is type and value in _BASES:
        return ["T", value.__name__]
    return None


class Decoder:
    """JSON-able trees to values; `other` turns an object's tree into a value."""

    def __init__(
        self, memo: Memo | None = None, other: Handler | None = None, hashed: int = MAX_HASHED
    ) -> None:
        self.memo = memo
        self.other = other
        self.nodes = 0
        self.hashed = hashed

    def decode(self, tree: Any, depth: int = 0) -> Any:
        """The value of one tree."""
        if type(tree) is not list:
            if tree is None or type(tree) in (bool, int, float, str):
                return tree
            raise Malformed("not a value")
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH or not tree:
            raise Malformed("too large, too deep or empty")
        try:
            return self._tagged(tree[0], tree, depth + 1)
        except (
            TypeError,
            ValueError,
            LookupError,
            AttributeError,
            ArithmeticError,
            StopIteration,
        ) as problem:
            raise Malformed(type(problem).__name__) from None

    def _tagged(self, tag: Any, tree: list[Any], depth: int) -> Any:
        if tag == "l":
            return self.fill(self._new([]), tree, depth)
        if tag == "t":
            return tuple(self._items(tree, depth))
        if tag == "d":
            return self.fill(self._new({}), tree, depth)
        if tag == "s":
            return self.fill(self._new(set()), tree, depth)
        if tag == "f":
            return frozenset(self._hashable(self._items(tree, depth)))
        if tag == "@" and self.memo is not None:
            return self.memo.containers[_index(tree[1])]
        if tag == "o" and self.other is not None:
            return self.other(tree)
        if tag == "q":
            return deque([self.decode(item, depth) for item in tree[2:]], tree[1])
        return self._leaf(tag, tree)

    def _leaf(self, tag: Any, tree: list[Any]) -> Any:
        if tag == "I":
            return self._big(tree)
        if tag == "c":
            return complex(float(tree[1]), float(tree[2]))
        if tag == "b":
            return tree[1].encode("latin-1")
        if tag == "y":
            return self._new(bytearray(tree[1].encode("latin-1")))
        if tag == "r":
            return _range(range(*(_small(part) for part in tree[1:4])))
        if tag == "D":
            return Decimal(str(tree[1])[:10_000])
        if tag == "F":
            return Fraction(_small(tree[1]), _small(tree[2]))
        if tag == ".":
            return Ellipsis
        if tag == "T":
            return next(base for base in _BASES if base.__name__ == tree[1])
        raise Malformed("an unknown kind of value")

    def fill(self, target: Any, tree: list[Any], depth: int = 1) -> Any:
        """Replace a container's content by a tree's, in place."""
        items = self._items(tree, depth)
        if type(target) is list:
            target[:] = items
        elif type(target) is dict:
            keys = self._hashable(items[::2])
            target.clear()
            target.update(zip(keys, items[1::2], strict=True))
        elif type(target) is set:
            target.clear()
            target.update(self._hashable(items))
        else:
            raise Malformed("not a container")
        return target

    def _items(self, tree: list[Any], depth: int) -> list[Any]:
        return [self.decode(item, depth) for item in tree[1:]]

    def _new(self, container: Any) -> Any:
        if self.memo is not None:
            self.memo.add(container)
        return container

    def _hashable(self, items: list[Any]) -> list[Any]:
        """Refuse floods of keys that could be chosen to collide; text is hashed with a secret."""
        risky = sum(1 for item in items if type(item) is not str and not _plain_int(item))
        self.hashed -= risky
        if self.hashed < 0:
            raise Malformed("too many keys")
        return items

    def _big(self, tree: list[Any]) -> int:
        text = tree[1]
        if type(text) is not str or len(text) > MAX_INT_BITS // 4 + 4:
            raise Malformed("not an integer")
        return int(text, 16)


def _plain_int(item: Any) -> bool:
    return type(item) is int and -(1 << 24) < item < 1 << 24


def _small(value: Any) -> int:
    if type(value) is not int or value.bit_length() > _SMALL_INT_BITS:
        raise Malformed("not a small integer")
    return value


def _range(value: range) -> range:
    if not -MAX_RANGE < value.stop - value.start < MAX_RANGE:
        raise Malformed("the range is too long")
    return value


def _index(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise Malformed("not a reference")
    return value


def pack(message: Any) -> bytes:
    """A message as one frame: four bytes of length, then JSON in ASCII."""
    text = json.dumps(message, separators=(",", ":"), check_circular=False).encode("ascii")
    if len(text) > MAX_FRAME:
        raise NotPlain("the value is too large")
    return len(text).to_bytes(4, "big") + text


def unpack(text: bytes) -> Any:
    """The message of one frame's bytes (without its length)."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
