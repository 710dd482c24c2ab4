"""Evaluates a simple assertion in this process, with the candidate's calls as the only unknowns.

An assertion is simple when it holds nothing but literals, calls of the candidate's functions, operators
and a few builtin functions that are pure on plain values. Everything else is the split tester's, and so is
every operation that the candidate's values could make expensive: there it has a clock.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any

from hrl.sandbox.calling import NeedsSplit
from hrl.sandbox.inside.codec import Encoder
from hrl.sandbox.inside.plain import MAX_HASHED, NotPlain, hash_weight
from hrl.sandbox.inside.text import show

_BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Mult: operator.mul, ast.Pow: operator.pow,
}  # fmt: skip
_COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt:
    operator.gt, ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
}  # fmt: skip
_UNARY: dict[type, Callable[[Any], Any]] = {
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Not: operator.not_, ast.Invert: operator.invert,
}  # fmt: skip
_ISCLOSE = ("math.isclose", "isclose")
_PLAIN = (int, float, complex, bool, str, bytes, type(None))
_NUMBERS = (int, float, complex)
_SEQUENCES = (str, bytes, list, tuple)
_MAX_LITERAL = 1 << 16
_MAX_BITS = 1 << 18
_MAX_TEXT = 10_000
_OPERATORS = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Subscript, ast.Slice)
_CONTAINERS = (ast.List, ast.Tuple, ast.Set, ast.Dict)


class NotSimple(Exception):
    """This expression is not one that is evaluated here."""


class Refused(NeedsSplit):
    """An operation could be expensive with these values, for the reason given."""


Call = Callable[[str, list[Any], dict[str, Any]], Any]


class Expression:
    """One assertion's test. `functions` may be called; `imported` are the names bound to `math` things."""

    def __init__(self, node: ast.expr, functions: Collection[str], imported: Collection[str]) -> None:
        self.node = node
        self.functions = functions
        self.imported = imported
        self.calls = 0
        self._check(node)
        if not self.calls:
            raise NotSimple

    def _check(self, node: ast.AST) -> None:
        if isinstance(node, ast.Call):
            self._check_call(node)
        elif isinstance(node, ast.Constant):
            if not isinstance(node.value, _PLAIN) and node.value is not Ellipsis:
                raise NotSimple
        elif isinstance(node, _OPERATORS + _CONTAINERS):
            self._check_parts(node)
        else:
            raise NotSimple

    def _check_parts(self, node: ast.AST) -> None:
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.expr_context | ast.boolop):
                continue
            if isinstance(part, ast.operator | ast.unaryop | ast.cmpop):
                if type(part) not in {*_BINARY, *_UNARY, *_COMPARE}:
                    raise NotSimple
                continue
            if isinstance(part, ast.Starred):
                raise NotSimple
            self._check(part)
        if isinstance(node, ast.Dict) and None in node.keys:
            raise NotSimple

    def _check_call(self, node: ast.Call) -> None:
        name = ast.unparse(node.func) if isinstance(node.func, ast.Name | ast.Attribute) else ""
        if name in self.functions:
            self.calls += 1
        elif name not in _PURE and not (name in _ISCLOSE and name.partition(".")[0] in self.imported):
            raise NotSimple
        for part in [*node.args, *(keyword.value for keyword in node.keywords)]:
            self._check(part)
        if any(keyword.arg is None for keyword in node.keywords):
            raise NotSimple

    def evaluate(self, node: ast.expr, call: Call) -> Any:
        """The value of one part; `call` asks the candidate. Raises what the operation raises."""
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Call):
            return self._call(node, call)
        if isinstance(node, ast.Compare):
            return self._compare(node, call)
        if isinstance(node, ast.BoolOp):
            return self._bool(node, call)
        if isinstance(node, ast.UnaryOp):
            return _UNARY[type(node.op)](self.evaluate(node.operand, call))
        if isinstance(node, ast.BinOp):
            left, right = self.evaluate(node.left, call), self.evaluate(node.right, call)
            return _binary(type(node.op), left, right)
        return self._container(node, call)

    def _container(self, node: ast.expr, call: Call) -> Any:
        if isinstance(node, ast.Subscript):
            return _item(self.evaluate(node.value, call), self.evaluate(node.slice, call))
        if isinstance(node, ast.Slice):
            parts = (node.lower, node.upper, node.step)
            return slice(*(None if part is None else self.evaluate(part, call) for part in parts))
        if isinstance(node, ast.Dict):
            keys = [self.evaluate(key, call) for key in node.keys if key is not None]
            return dict(zip(keys, (self.evaluate(value, call) for value in node.values), strict=True))
        assert isinstance(node, ast.List | ast.Tuple | ast.Set)
        items = [self.evaluate(item, call) for item in node.elts]
        if isinstance(node, ast.List):
            return items
        if isinstance(node, ast.Tuple):
            return tuple(items)
        return set().union(frozenset(items))  # in the order of a set that came from a box

    def _call(self, node: ast.Call, call: Call) -> Any:
        name = ast.unparse(node.func)
        arguments = [self.evaluate(part, call) for part in node.args]
        keywords = {str(keyword.arg): self.evaluate(keyword.value, call) for keyword in node.keywords}
        if name in self.functions:
            return call(name, arguments, keywords)
        return (math.isclose if name in _ISCLOSE else _PURE[name])(*arguments, **keywords)

    def _compare(self, node: ast.Compare, call: Call) -> Any:
        left = self.evaluate(node.left, call)
        result: Any = True
        for operation, part in zip(node.ops, node.comparators, strict=True):
            right = self.evaluate(part, call)
            result = _COMPARE[type(operation)](left, right)
            if not result:
                return result
            left = right
        return result

    def compare(self, operation: ast.cmpop, left: Any, right: Any) -> Any:
        """One comparison of two values."""
        return _COMPARE[type(operation)](left, right)

    def _bool(self, node: ast.BoolOp, call: Call) -> Any:
        value: Any = None
        for part in node.values:
            value = self.evaluate(part, call)
            if bool(value) is isinstance(node.op, ast.Or):
                return value
        return value


def _item(value: Any, key: Any) -> Any:
    try:
        return value[key]
    except KeyError:
        raise KeyError(show(key)) from None


def _binary(operation: type, left: Any, right: Any) -> Any:
    """An operator, refused where its result could be huge."""
    if operation is ast.Mult and not (_short_product(left, right) or _short_product(right, left)):
        raise Refused("a product is too large")
    if operation is ast.Pow:
        if not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise Refused("a power of something that is not a number")
        if isinstance(left, int) and abs(right) * max(1, left.bit_length()) > _MAX_LITERAL:
            raise Refused("a power is too large")
    if operation in (ast.Mod, ast.FloorDiv, ast.Div) and not (_is_short(left) and _is_short(right)):
        raise Refused("text is formatted, or a division is too large")
    return _BINARY[operation](left, right)


def _is_short(value: Any) -> bool:
    return isinstance(value, float | complex) or (isinstance(value, int) and value.bit_length() <= _MAX_BITS)


def _short_product(times: Any, value: Any) -> bool:
    if isinstance(value, _SEQUENCES):
        return isinstance(times, int) and times * len(value) <= _MAX_LITERAL
    if isinstance(value, int) and isinstance(times, int):
        return value.bit_length() + times.bit_length() <= _MAX_BITS
    return isinstance(value, _NUMBERS) and isinstance(times, _NUMBERS)


def _hashing(build: Callable[..., Any]) -> Callable[..., Any]:
    """`set` and the like: keys that collide cost the square of their number."""

    def made(items: Any = (), **more: Any) -> Any:
        if isinstance(items, list | tuple):
            try:
                weight = hash_weight(Encoder().encode(list(items))[1:])
            except NotPlain as problem:
                raise Refused(str(problem)) from None
            if weight > MAX_HASHED:
                raise Refused("too many keys")
        return build(items, **more)

    return made


def _sum(items: Any, start: Any = 0) -> Any:
    """`sum` of numbers: that of lists costs the square of their number, that of fractions more."""
    found = list(items)
    if not all(isinstance(one, int | float | complex | Decimal) for one in [start, *found]):
        raise Refused("a sum of something that is not a number")
    return sum(found, start)


def _round(value: Any, digits: Any = None) -> Any:
    if isinstance(digits, int) and abs(digits) > _MAX_TEXT:
        raise Refused("so many digits")
    return round(value, digits)


def _number(kind: Callable[..., Any]) -> Callable[..., Any]:
    def made(*parts: Any) -> Any:
        if any(isinstance(part, str | bytes | bytearray) and len(part) > _MAX_TEXT for part in parts):
            raise Refused("a long text becomes a number")
        return kind(*parts)

    return made


_PURE: dict[str, Callable[..., Any]] = {
    "abs": abs, "all": all, "any": any, "bool": bool, "len": len, "list": list, "tuple": tuple, "max": max,
    "min": min, "sorted": sorted, "sum": _sum, "round": _round, "float": _number(float),
    "complex": _number(complex), "dict": _hashing(dict), "set": _hashing(set),
    "frozenset": _hashing(frozenset),
}  # fmt: skip
