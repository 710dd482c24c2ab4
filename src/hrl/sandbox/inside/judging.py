"""How a test of the tester's box ends: what its assertions become, and what an exception says of it."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from hrl.sandbox.inside.proxies import ClassProxy, ObjectProxy, Proxy, anonymous, is_match, refuse
from hrl.sandbox.inside.raising import NotGradable, describe
from hrl.sandbox.inside.text import shorten, show

Ending = tuple[str, str, str, str, str]  # status, class, message, expected, got
PASSED: Ending = ("pass", "", "", "", "")
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "Eq": operator.eq, "NotEq": operator.ne, "Lt": operator.lt, "LtE": operator.le, "Gt": operator.gt,
    "GtE": operator.ge, "Is": operator.is_, "IsNot": operator.is_not,
    "In": lambda a, b: a in b, "NotIn": lambda a, b: a not in b,
}  # fmt: skip


class Unequal(AssertionError):
    """A comparison that failed, with both sides."""

    def __init__(self, note: Any, operation: str, left: Any, right: Any) -> None:
        super().__init__(*([note] if note is not None else []))
        self.sides = (operation, left, right)


def check(operation: str, left: Any, right: Any, note: Callable[[], Any]) -> None:
    """What `assert left == right, note` was rewritten to."""
    if not truth(_COMPARE[operation](left, right)):
        raise Unequal(note(), operation, left, right)


def truth(value: Any, called: bool = False) -> Any:
    """The value of an assertion: an object of a class that the tests do not name decides nothing.

    Save what a regular expression found, in `assert f(x)` itself: many write such tests and such programs,
    and there it is worth no more than True.
    """
    if anonymous(value) and not (called and is_match(value)):
        raise refuse(value, "decides an assertion, and the tests do not name that class")
    return value


def kind_of(value: Any) -> Any:
    """What `type(value)` was rewritten to."""
    if not isinstance(value, ObjectProxy):
        return type(value)
    kind = value.__getattr__("__class__")
    if not isinstance(kind, ClassProxy):
        raise refuse(value, "says that its class is another")
    return kind


def fact(value: Any, name: str) -> Any:
    """What `f.__doc__` and the like were rewritten to."""
    if name == "__class__":
        return kind_of(value) if isinstance(value, ObjectProxy) else value.__class__
    if not isinstance(value, Proxy) and getattr(value, "hrl_stub", False) is True:
        raise NotGradable(f"{name} of the program's functions does not cross")
    if isinstance(value, ObjectProxy | ClassProxy):
        return value.__getattr__(name)  # not what the proxy's own class says
    return getattr(value, name)


def verdict(problem: BaseException) -> Ending:
    """How a test ends that an exception ended."""
    if isinstance(problem, NotGradable):
        return ("protocol", "", f"not gradable: {problem}", "", "")
    if isinstance(problem, AttributeError) and getattr(problem.obj, "hrl_stub", False) is True:
        reason = f"the attribute {problem.name!r} of the program's functions does not cross"
        return ("protocol", "", f"not gradable: {reason}", "", "")
    remote = BaseException.__getattribute__(problem, "__dict__").get("hrl_remote")
    if remote is not None:
        status = "memory" if remote.base == "MemoryError" else "error"
        where = f" (line {remote.line})" if remote.line else ""
        return (status, remote.base, shorten(f"{remote.name}: {remote.message}") + where, "", "")
    if isinstance(problem, Unequal):
        return _unequal(problem)
    if isinstance(problem, AssertionError):
        return ("fail", "AssertionError", shorten(str(problem) or "the assertion is false"), "", "")
    name, base, message, _ = describe(problem)
    return ("error", base, shorten(f"{name}: {message}"), "", "")


def _unequal(problem: Unequal) -> Ending:
    operation, left, right = problem.sides
    note = f" ({problem.args[0]})" if problem.args else ""
    got, expected = show(left), show(right)
    if operation in ("Eq", "Is"):
        return ("fail", "AssertionError", shorten(f"expected {expected}, got {got}{note}"), expected, got)
    message = shorten(f"{operation} is false for {got} and {expected}{note}")
    return ("fail", "AssertionError", message, "", got)
