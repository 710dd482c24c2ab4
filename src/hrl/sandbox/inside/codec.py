"""The closed codec: exact builtin values as JSON, bounded; no pickle, no eval.

Used on both sides. A subclass travels as its base, through the base's own methods. What cannot cross raises
`NotPlain` (sender) or `Malformed` (receiver).

Without a `Memo` a value goes to the host, which compares it: it is small enough for any comparison to be
cheap. With one it goes between two boxes: mutable containers keep their identity (the second sight of one
is a reference, so shared and cyclic values survive and in-place changes can travel back), and a subclass
keeps its name and its fields.
"""

from __future__ import annotations

import json
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from hrl.sandbox.inside.plain import (
    BASES,
    MAX_DEPTH,
    MAX_FRAME,
    MAX_HASHED,
    MAX_HOST_BITS,
    MAX_INT_BITS,
    MAX_NODES,
    MUTABLE,
    Malformed,
    NotPlain,
    base_of,
    builtin,
    hash_weight,
)
from hrl.sandbox.inside.scalars import decode_scalar, encode_int, encode_scalar, encode_standard

_DICTS: dict[str, type] = {"Counter": Counter, "OrderedDict": OrderedDict, "defaultdict": defaultdict}
_NEW: dict[str, Callable[[], Any]] = {"l": list, "d": dict, "s": set}
Handler = Callable[[Any], Any]
_PROBLEMS = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)


class Memo:
    """The mutable containers of one exchange, in the order in which they were first seen."""

    def __init__(self) -> None:
        self.containers: list[Any] = []
        self.index: dict[int, int] = {}

    def add(self, value: Any) -> None:
        """Remember one container; its place is its number."""
        self.index[id(value)] = len(self.containers)
        self.containers.append(value)

    def put(self, place: int, value: Any) -> None:
        """Another object stands for a container; the first one's identity may be used again."""
        del self.index[id(self.containers[place])]
        self.index[id(value)] = place
        self.containers[place] = value


class Encoder:
    """Values to JSON-able trees; `other` is asked about what is not plain.

    Attributes:
        exact: refuse the sender's own subclasses of builtin classes, save named tuples.
    """

    def __init__(self, memo: Memo | None = None, other: Handler | None = None, exact: bool = False) -> None:
        self.memo, self.other, self.exact = memo, other, exact
        self.nodes = 0
        self.hashed = MAX_HASHED
        self.bits = MAX_HOST_BITS if memo is None else MAX_INT_BITS

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
            return encode_int(value, self.bits)
        return self._compound(value, kind, depth + 1)

    def _compound(self, value: Any, kind: type, depth: int) -> Any:
        if self.memo is not None and id(value) in self.memo.index:
            return ["@", self.memo.index[id(value)]]
        base = base_of(kind)
        if base is not None:
            if base in MUTABLE and self.memo is not None:
                self.memo.add(value)
            tree = self.body(value, base, depth)
            return tree if kind is base else self._subclass(value, kind, base, tree)
        standard = encode_standard(value, kind, on_host=self.memo is None)
        if standard is not None:
            return standard
        if self.other is not None:
            return self.other(value)
        raise NotPlain(f"a value of type {kind.__name__} is not plain")

    def _subclass(self, value: Any, kind: type, base: type, tree: Any) -> Any:
        if kind is Counter or kind is OrderedDict:
            return ["k", kind.__name__, tree, None]
        if kind is defaultdict:
            factory = value.default_factory
            if factory is None or factory in BASES:
                return ["k", "defaultdict", tree, factory and factory.__name__]
            if self.memo is None:
                raise NotPlain("a defaultdict with a function")
        if self.memo is None:
            return tree
        fields = getattr(kind, "_fields", None) if base is tuple else None
        if self.exact and fields is None:
            raise NotPlain(f"a value of the tests' own class {kind.__name__}")
        label = self.other(kind) if self.other is not None and not self.exact else None
        return ["u", str(kind.__name__), list(fields) if fields else None, label, tree]

    def body(self, value: Any, base: type, depth: int = 1) -> Any:
        """The tree of a value as its base, without a look at the memo."""
        base = base_of(base) or base
        if base is list or base is tuple:
            return ["l" if base is list else "t", *self._items(base.__iter__(value), depth)]
        if base is dict:
            flat = [part for pair in dict.items(value) for part in pair]
            tree = ["d", *self._items(flat, depth)]
            self._count(tree[1::2])
            return tree
        if base is set or base is frozenset:
            tree = ["s" if base is set else "f", *self._items(base.__iter__(value), depth)]
            self._count(tree[1:])
            return tree
        if base is deque:
            return ["q", deque.maxlen.__get__(value), *self._items(deque.__iter__(value), depth)]
        return encode_scalar(value, base, self.bits)

    def _items(self, items: Iterable[Any], depth: int) -> list[Any]:
        return [self.encode(item, depth) for item in items]

    def _count(self, trees: list[Any]) -> None:
        """Refuse floods of keys that could be chosen to collide."""
        if self.memo is None:
            self.hashed -= hash_weight(trees)
            if self.hashed < 0:
                raise NotPlain("too many keys")


class Decoder:
    """JSON-able trees to values; `other` turns an object's tree into a value, `label` names a subclass's."""

    def __init__(
        self,
        memo: Memo | None = None,
        other: Handler | None = None,
        label: Callable[[Any, str, Any], Any] | None = None,
    ) -> None:
        self.memo, self.other, self.label = memo, other, label
        self.nodes = 0
        self.hashed = MAX_HASHED
        self.bits = MAX_HOST_BITS if memo is None else MAX_INT_BITS

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
        except (*_PROBLEMS, StopIteration) as problem:
            raise Malformed(type(problem).__name__) from None

    def _tagged(self, tag: Any, tree: list[Any], depth: int) -> Any:
        if tag in _NEW:
            return self.fill(self._new(_NEW[tag]()), tree, depth)
        if tag == "t":
            return tuple(self._items(tree[1:], depth))
        if tag == "f":
            return frozenset(self._items(self._keys(tree[1:]), depth))
        if tag == "q":
            return self.fill(self._new(deque(maxlen=tree[1])), tree, depth)
        if tag == "@" and self.memo is not None:
            return self.memo.containers[_index(tree[1])]
        if tag == "o" and self.other is not None:
            return self.other(tree)
        if tag == "k" or (tag == "u" and self.memo is not None):
            return self._subclass(tag, tree, depth)
        if tag == "y":
            return self._new(bytearray(tree[1].encode("latin-1")))
        return decode_scalar(tag, tree, self.bits, on_host=self.memo is None)

    def _subclass(self, tag: str, tree: list[Any], depth: int) -> Any:
        place = len(self.memo.containers) if self.memo is not None else 0
        value = self.decode(tree[2] if tag == "k" else tree[4], depth)
        if tag == "k":
            factory = () if tree[1] != "defaultdict" else (tree[3] and builtin(tree[3]),)
            value = _DICTS[tree[1]](*factory, {**value})
        elif tree[2] is not None:
            value = _record(str(tree[1]), tuple(map(str, tree[2])))(*value)
        if tag == "u" and self.label is not None:
            value = self.label(value, str(tree[1]), None if tree[3] is None else self.decode(tree[3]))
        if self.memo is not None and isinstance(value, MUTABLE):
            self.memo.put(place, value)
        return value

    def fill(self, target: Any, tree: list[Any], depth: int = 1) -> Any:
        """Replace a container's content by a tree's, in place."""
        if type(target) is list:
            target[:] = self._items(tree[1:], depth)
        elif type(target) is dict:
            keys = self._items(self._keys(tree[1::2]), depth)
            values = self._items(tree[2::2], depth)
            target.clear()
            target.update(zip(keys, values, strict=True))
        elif type(target) is set:
            items = self._items(self._keys(tree[1:]), depth)
            target.clear()
            target.update(frozenset(items))  # in one piece, as a set that is written out: it keeps that order
        elif type(target) is deque:
            items = self._items(tree[2:], depth)
            target.clear()
            target.extend(items)
        else:
            raise Malformed("not a container")
        return target

    def content(self, tree: list[Any]) -> Any:
        """A new container with a tree's content; no reference can point to it."""
        if tree[0] == "y":
            return bytearray(tree[1].encode("latin-1"))
        return self.fill(deque() if tree[0] == "q" else _NEW[tree[0]](), tree)

    def _items(self, trees: list[Any], depth: int) -> list[Any]:
        return [self.decode(tree, depth) for tree in trees]

    def _new(self, container: Any) -> Any:
        if self.memo is not None:
            self.memo.add(container)
        return container

    def _keys(self, trees: list[Any]) -> list[Any]:
        """Refuse floods of keys that could be chosen to collide."""
        if self.memo is None:
            self.hashed -= hash_weight(trees)
            if self.hashed < 0:
                raise Malformed("too many keys")
        return trees


@lru_cache(256)
def _record(name: str, fields: tuple[str, ...]) -> Any:
    return namedtuple(name, fields)


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
