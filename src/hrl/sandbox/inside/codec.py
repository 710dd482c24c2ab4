"""The closed codec: exact builtin values as JSON, bounded; no pickle, no eval.

Used on both sides. A subclass travels as its base, through the base's own methods. What cannot cross raises
`NotPlain` (sender) or `Malformed` (receiver).

Without a `Memo` a value goes to the host, which compares it: it is small enough for any comparison to be
cheap. With one it goes between two boxes: mutable containers keep their identity (the second sight of one
is a reference, so shared and cyclic values survive and in-place changes can travel back), and a subclass
keeps its name and its fields.
"""

from __future__ import annotations

import datetime
import json
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

MAX_FRAME = 8 << 20
MAX_NODES = 200_000
MAX_DEPTH = 120
MAX_INT_BITS = 1 << 20
MAX_HOST_BITS = 1 << 17
MAX_DIGITS = 10_000
MAX_HASHED = 20_000
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
    deque,
)
_MUTABLE = (list, dict, set, bytearray, deque)
_DICTS: dict[str, type] = {"Counter": Counter, "OrderedDict": OrderedDict, "defaultdict": defaultdict}
_MOMENTS: dict[str, Any] = {kind.__name__: kind for kind in (datetime.date, datetime.time, datetime.datetime)}
Handler = Callable[[Any], Any]


_NEW: dict[str, Callable[[], Any]] = {"l": list, "d": dict, "s": set}
_PROBLEMS = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError)


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

    def put(self, place: int, value: Any) -> None:
        """Another object stands for a container: the subclass's."""
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
        self.hashed = MAX_HASHED if memo is None else 1 << 30
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
            return _encode_int(value, self.bits)
        return self._compound(value, kind, depth + 1)

    def _compound(self, value: Any, kind: type, depth: int) -> Any:
        if self.memo is not None and id(value) in self.memo.index:
            return ["@", self.memo.index[id(value)]]
        base = _base(kind)
        if base is not None:
            if base in _MUTABLE and self.memo is not None:
                self.memo.add(value)
            tree = self.body(value, base, depth)
            return tree if kind is base else self._subclass(value, kind, base, tree)
        if kind is range and self.memo is None:
            _range(value, NotPlain)
        extra = _encode_extra(value, kind)
        if extra is not None:
            return extra
        if self.other is not None:
            return self.other(value)
        raise NotPlain(f"a value of type {kind.__name__} is not plain")

    def _subclass(self, value: Any, kind: type, base: type, tree: Any) -> Any:
        if kind is Counter or kind is OrderedDict:
            return ["k", kind.__name__, tree, None]
        if kind is defaultdict:
            factory = value.default_factory
            if factory is None or factory in _BASES:
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
        base = _base(base) or base
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
        return _encode_scalar(value, base, self.bits)

    def _items(self, items: Iterable[Any], depth: int) -> list[Any]:
        return [self.encode(item, depth) for item in items]

    def _count(self, trees: list[Any]) -> None:
        if self.memo is None:
            self.hashed -= hash_weight(trees)
            if self.hashed < 0:
                raise NotPlain("too many keys")


def _base(kind: type) -> type | None:
    """The builtin class as which a value of this class travels."""
    for base in _BASES:
        if kind is base:
            return base
    mro = _MRO.__get__(kind)
    return next((base for base in _BASES if any(base is one for one in mro)), None)


def hash_weight(trees: Iterable[Any]) -> int:
    """What a set of these costs if all keys were chosen to collide; text is hashed with a secret."""
    return sum(0 if type(tree) is str or _plain_int(tree) else 4 + _leaves(tree) for tree in trees)


def _leaves(tree: Any) -> int:
    return sum(map(_leaves, tree)) if type(tree) is list else 1


def _encode_int(value: int, most: int) -> Any:
    bits = value.bit_length()
    if bits <= _SMALL_INT_BITS:
        return value
    if bits > most:
        raise NotPlain("the integer is too large")
    return ["I", hex(value)]


def _encode_scalar(value: Any, base: type, bits: int) -> Any:
    if base is bool:
        return value
    if base is int:
        return _encode_int(int.__int__(value), bits)
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
        return ["r", *(_encode_int(part, _SMALL_INT_BITS) for part in (value.start, value.stop, value.step))]
    if kind is Decimal:
        return ["D", Decimal.__str__(_decimal(value, NotPlain))]
    if kind is Fraction and max(abs(value.numerator), value.denominator).bit_length() <= _SMALL_INT_BITS:
        return ["F", value.numerator, value.denominator]
    if kind is datetime.timedelta:
        return ["w", "timedelta", value.days, value.seconds, value.microseconds]
    if kind in _MOMENTS.values() and type(getattr(value, "tzinfo", None)) in (type(None), datetime.timezone):
        return ["w", kind.__name__, value.isoformat(), getattr(value, "fold", 0)]
    if value is Ellipsis:
        return ["."]
    if kind is type and value in _BASES:
        return ["T", value.__name__]
    return None


class Decoder:
    """JSON-able trees to values; `other` turns an object's tree into a value, `label` names a subclass's."""

    def __init__(
        self,
        memo: Memo | None = None,
        other: Handler | None = None,
        hashed: int = MAX_HASHED,
        label: Callable[[Any, str, Any], Any] | None = None,
    ) -> None:
        self.memo, self.other, self.label = memo, other, label
        self.nodes = 0
        self.hashed = hashed
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
        return self._leaf(tag, tree)

    def _subclass(self, tag: str, tree: list[Any], depth: int) -> Any:
        place = len(self.memo.containers) if self.memo is not None else 0
        value = self.decode(tree[2] if tag == "k" else tree[4], depth)
        if tag == "k":
            factory = () if tree[1] != "defaultdict" else (tree[3] and _builtin(tree[3]),)
            value = _DICTS[tree[1]](*factory, {**value})
        elif tree[2] is not None:
            value = _record(str(tree[1]), tuple(map(str, tree[2])))(*value)
        if tag == "u" and self.label is not None:
            value = self.label(value, str(tree[1]), None if tree[3] is None else self.decode(tree[3]))
        if self.memo is not None and isinstance(value, _MUTABLE):
            self.memo.put(place, value)
        return value

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
            value = range(*(_small(part) for part in tree[1:4]))
            return value if self.memo is not None else _range(value, Malformed)
        if tag == "D":
            return _decimal(Decimal(str(tree[1])), Malformed)
        if tag == "F":
            return Fraction(_small(tree[1]), _small(tree[2]))
        if tag == "w" and tree[1] == "timedelta":
            return datetime.timedelta(*map(_small, tree[2:5]))
        if tag == "w":
            moment = _MOMENTS[tree[1]].fromisoformat(tree[2])
            return moment.replace(fold=1) if tree[3] else moment
        if tag == ".":
            return Ellipsis
        if tag == "T":
            return _builtin(tree[1])
        raise Malformed("an unknown kind of value")

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
        if self.hashed < 1 << 30:
            self.hashed -= hash_weight(trees)
        if self.hashed < 0:
            raise Malformed("too many keys")
        return trees

    def _big(self, tree: list[Any]) -> int:
        text = tree[1]
        if type(text) is not str or len(text) > self.bits // 4 + 4:
            raise Malformed("not an integer")
        return int(text, 16)


@lru_cache(256)
def _record(name: str, fields: tuple[str, ...]) -> Any:
    return namedtuple(name, fields)


def _builtin(name: Any) -> type:
    return next(base for base in _BASES if base.__name__ == name)


def _plain_int(item: Any) -> bool:
    return type(item) is int and -(1 << 24) < item < 1 << 24


def _small(value: Any) -> int:
    if type(value) is not int or value.bit_length() > _SMALL_INT_BITS:
        raise Malformed("not a small integer")
    return value


def _decimal(value: Decimal, problem: type[Exception]) -> Decimal:
    """Refuse a decimal number that is cheap to write and dear to use, such as 1E+400000000."""
    if abs(value.adjusted()) > MAX_DIGITS or len(value.as_tuple().digits) > MAX_DIGITS:
        raise problem("the decimal number is too large")
    return value


def _range(value: range, problem: type[Exception]) -> range:
    if not -MAX_RANGE < value.stop - value.start < MAX_RANGE:
        raise problem("the range is too long")
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
