"""Exceptions as plain text: name, nearest builtin class, message, line; never through their own `__str__`."""

from __future__ import annotations

import builtins
from typing import Any

FILE = "solution.py"
_BUILTINS = {value: name for name, value in vars(builtins).items() if isinstance(value, type)}
_MRO = type.__dict__["__mro__"]
_ARGS = BaseException.__dict__["args"]


def exception_base(kind: Any) -> str | None:
    """The name of the nearest builtin class of an exception class; None for other classes."""
    mro = _MRO.__get__(kind)
    if not any(base is BaseException for base in mro):
        return None
    return next((_BUILTINS[base] for base in mro if base in _BUILTINS), "Exception")


def describe(problem: BaseException) -> list[Any]:
    """An exception as plain text: name, nearest builtin class, message, line in the program."""
    kind = type(problem)
    name = type.__dict__["__name__"].__get__(kind)
    base = exception_base(kind) or "Exception"
    return [str(name)[:80], base, _message(problem, kind, base), _line(problem)]


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
