"""The codec's values without parts: numbers, bytes, moments, ranges, classes.

A tree is the value itself where JSON has it, else a list of a tag and the value's description.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hrl.sandbox.inside.plain import BASES, Malformed, NotPlain, builtin

_MAX_DIGITS = 10_000
_MAX_RANGE = 1 << 20
_SMALL_INT_BITS = 1024
_MOMENTS: dict[str, Any] = {kind.__name__: kind for kind in (datetime.date, datetime.time, datetime.datetime)}


def encode_int(value: int, bits: int) -> Any:
    """The tree of an exact integer of at most so many bits."""
    size = value.bit_length()
    if size <= _SMALL_INT_BITS:
        return value
    if size > bits:
        raise NotPlain("the integer is too large")
    return ["I", hex(value)]


def encode_scalar(value: Any, base: type, bits: int) -> Any:
    """The tree of a value as `base`, which is a plain class without parts."""
    if base is bool:
        return value
    if base is int:
        return encode_int(int.__int__(value), bits)
    if base is float:
        return float.__float__(value)
    if base is str:
        return str.__str__(value)
    if base is complex:
        return ["c", complex.real.__get__(value), complex.imag.__get__(value)]
    if base is bytes:
        return ["b", bytes.__getitem__(value, slice(None)).decode("latin-1")]
    return ["y", bytes(bytearray.__getitem__(value, slice(None))).decode("latin-1")]


def encode_standard(value: Any, kind: type, on_host: bool) -> Any:
    """The tree of a value of the standard library's other classes; None when it is none of them."""
    if kind is range:
        if on_host:
            _range(value, NotPlain)
        return ["r", *(encode_int(part, _SMALL_INT_BITS) for part in (value.start, value.stop, value.step))]
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
    if kind is type and value in BASES:
        return ["T", value.__name__]
    return None


def decode_scalar(tag: Any, tree: list[Any], bits: int, on_host: bool) -> Any:
    """The value of a tree of this module; `bytearray`, which is mutable, is the codec's."""
    if tag == "I":
        return _big(tree, bits)
    if tag == "c":
        return complex(float(tree[1]), float(tree[2]))
    if tag == "b":
        return tree[1].encode("latin-1")
    if tag == "r":
        value = range(*(_small(part) for part in tree[1:4]))
        return _range(value, Malformed) if on_host else value
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
        return builtin(tree[1])
    raise Malformed("an unknown kind of value")


def _big(tree: list[Any], bits: int) -> int:
    text = tree[1]
    if type(text) is not str or len(text) > bits // 4 + 4:
        raise Malformed("not an integer")
    return int(text, 16)


def _small(value: Any) -> int:
    if type(value) is not int or value.bit_length() > _SMALL_INT_BITS:
        raise Malformed("not a small integer")
    return value


def _decimal(value: Decimal, problem: type[Exception]) -> Decimal:
    """Refuse a decimal number that is cheap to write and dear to use, such as 1E+400000000."""
    if abs(value.adjusted()) > _MAX_DIGITS or len(value.as_tuple().digits) > _MAX_DIGITS:
        raise problem("the decimal number is too large")
    return value


def _range(value: range, problem: type[Exception]) -> range:
    if not -_MAX_RANGE < value.stop - value.start < _MAX_RANGE:
        raise problem("the range is too long")
    return value
