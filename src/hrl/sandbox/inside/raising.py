"""Exceptions as plain text: name, nearest builtin class, message, line; never through their own `__str__`.

The candidate's side describes; the tester's side makes a stand-in that the tests can catch. What did not
cross is refused there as not gradable, never invented.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from hrl.sandbox.inside.plain import Malformed

FILE = "solution.py"
RELABELLED = ("StopIteration", "StopAsyncIteration", "GeneratorExit", "SystemExit", "KeyboardInterrupt")
_BUILTINS = {value: name for name, value in vars(builtins).items() if isinstance(value, type)}
_MRO = type.__dict__["__mro__"]
_NAMESPACE = type.__dict__["__dict__"]
_ARGS = BaseException.__dict__["args"]
_UNSENT: dict[str, tuple[str, ...]] = {
    "OSError": ("args", "errno", "strerror", "filename", "filename2"),
    "UnicodeError": ("args", "encoding", "object", "start", "end", "reason"),
    "SyntaxError": ("args", "lineno", "offset", "text"),
    "StopIteration": ("value",),
    "SystemExit": ("code",),
}
Lineage = Callable[[str], list[tuple[str, str]]]


class NotGradable(BaseException):
    """This test needs something that cannot cross; it is neither passed nor failed.

    `seen` keeps the reasons, so that a test which swallows the exception is still not graded.
    """

    seen: ClassVar[list[str]] = []

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.seen.append(reason)


def exception_base(kind: Any) -> str | None:
    """The name of the nearest builtin class of an exception class; None for other classes."""
    mro = _MRO.__get__(kind)
    if not any(base is BaseException for base in mro):
        return None
    return next((_BUILTINS[base] for base in mro if base in _BUILTINS), "Exception")


class Told(NamedTuple):
    """An exception as it crosses: a list of these four.

    Attributes:
        name: of its class.
        base: the name of the nearest builtin class.
        message: what it says; "" where only its own `__str__` could tell.
        line: of the program, 0 where unknown; negative when the exception holds more than the message.
    """

    name: str
    base: str
    message: str
    line: int


def told(parts: Any) -> Told:
    """What came from another process, checked.

    Raises:
        Malformed: it is no exception.
    """
    if not (isinstance(parts, list) and [type(part) for part in parts] == [str, str, str, int]):
        raise Malformed("not an exception")
    return Told(*parts)


def describe(problem: BaseException) -> Told:
    """An exception as plain text."""
    kind = type(problem)
    name = type.__dict__["__name__"].__get__(kind)
    base = exception_base(kind) or "Exception"
    line = _line(problem)
    return Told(str(name)[:80], base, _message(problem, kind, base), line if _whole(problem, kind) else -line)


def _whole(problem: BaseException, kind: type) -> bool:
    if kind in _BUILTINS:
        return True
    own = [base for base in _MRO.__get__(kind) if base not in _BUILTINS]
    arguments = _ARGS.__get__(problem)
    plain = not arguments or (len(arguments) == 1 and type(arguments[0]) is str)
    return plain and not any("__str__" in _NAMESPACE.__get__(base) for base in own)


def _message(problem: BaseException, kind: type, base: str) -> str:
    arguments = _ARGS.__get__(problem)
    if isinstance(problem, SyntaxError):
        return problem.msg[:2000] if type(problem.msg) is str else ""
    if kind in _BUILTINS:
        try:
            return str(getattr(builtins, base).__str__(problem))[:2000]
        except BaseException:
            return ""
    if len(arguments) == 1 and type(arguments[0]) is str:
        return arguments[0][:2000]
    return ""


def _line(problem: BaseException) -> int:
    if isinstance(problem, SyntaxError):
        return problem.lineno if type(problem.lineno) is int else 0
    line, trace = 0, problem.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


class StandIns:
    """The classes that stand in the tests for the candidate's exceptions.

    Those that steer control (StopIteration, SystemExit, ...) stand as ordinary classes of the same name: a
    candidate must not end the tests' loops. `caught` gives what the tests' `except` clauses catch for them.
    """

    def __init__(self, lineage: Lineage) -> None:
        self._lineage = lineage
        self._known: dict[tuple[str, str], type] = {}

    def of(self, name: str, base: str) -> type:
        """The class for an exception class of the candidate's and its nearest builtin class."""
        if (name, base) not in self._known:
            self._known[name, base] = self._make(name, base)
        return self._known[name, base]

    def _make(self, name: str, base: str) -> type:
        builtin = getattr(builtins, base, Exception)
        if not (isinstance(builtin, type) and issubclass(builtin, BaseException)):
            builtin = Exception
        if name == base:
            if base in RELABELLED:
                builtin = Exception if base.startswith("Stop") else BaseException
            unsent = next((fields for kind, fields in _UNSENT.items() if _derives(base, kind)), ())
            return _stand_in(name, (builtin,), unsent) if unsent or base in RELABELLED else builtin
        parents = [self.of(*above) for above in self._lineage(name) if above != (name, base)]
        return _stand_in(name, _without_bases(parents) or (self.of(base, base),), (), open_ended=True)

    def caught(self, name: str) -> tuple[type, ...]:
        """What an `except` clause of the tests catches that names one of the relabelled classes."""
        return getattr(builtins, name), self.of(name, name)

    def instance(self, raised: Told) -> BaseException:
        """The exception that stands for one of the candidate's."""
        name, base, message, line = raised
        if "ExceptionGroup" in base:
            raise NotGradable("an exception group cannot cross")
        kind: Any = self.of(name, base)
        value = _literal(message)
        if line < 0:
            kind = _stand_in(name, (kind,), ("args", "__str__"))
        elif value is not None and base != "KeyError":
            kind = _stand_in(name, (kind,), ("args",))
        problem: BaseException = kind.__new__(kind)
        BaseException.__setattr__(problem, "hrl_remote", raised._replace(line=abs(line)))
        content = value if base == "KeyError" and value is not None else message
        _ARGS.__set__(problem, (content,) if message else ())
        return problem


def _derives(base: str, kind: str) -> bool:
    found = getattr(builtins, base, None)
    return isinstance(found, type) and issubclass(found, getattr(builtins, kind))


def _without_bases(parents: list[type]) -> tuple[type, ...]:
    """Parents that no other parent derives from."""
    return tuple(
        one for one in parents if not any(two is not one and issubclass(two, one) for two in parents)
    )


def _literal(message: str) -> Any:
    """The value whose `repr` a message is, if it is that of one."""
    try:
        value = ast.literal_eval(message)
        return value if repr(value) == message else None
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _stand_in(name: str, bases: tuple[type, ...], unsent: tuple[str, ...], open_ended: bool = False) -> type:
    space: dict[str, Any] = {"__module__": "solution"}
    for field in unsent:
        refuse = _refuse(name, field)
        space[field] = refuse if field == "__str__" else property(refuse)
    if open_ended:
        space["__getattr__"] = _missing
    return type(name, bases, space)


def _refuse(name: str, field: str) -> Callable[[Any], Any]:
    def refuse(self: Any) -> Any:
        raise NotGradable(f"{field!r} of the program's {name} did not cross")

    return refuse


def _missing(self: Any, name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(name)
    raise NotGradable(f"the attribute {name!r} of the program's {type(self).__name__} did not cross")
