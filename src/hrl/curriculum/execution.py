"""Runs the curriculum's own references and its own mutants of them, to know what they return.

Only code that this package wrote is executed here, in this process and with a bound on the lines that
it may execute. What a model wrote goes to `hrl.sandbox`, never here.
"""

from __future__ import annotations

import copy
import sys
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType, FrameType
from typing import Any

MAX_LINES = 20_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call did: a value, or the class and text of an exception."""

    value: Any = None
    error_class: str = ""
    message: str = ""


class _TooLong(Exception):
    """The program executed more lines than it may."""


def call(source: str, name: str, arguments: tuple[Any, ...], *, bounded: bool = False) -> Outcome:
    """Call one function of a trusted program with copies of the arguments.

    Args:
        source: the program.
        name: the function.
        arguments: its arguments; they are not changed.
        bounded: stop after `MAX_LINES` lines, for programs that may not end (slower).
    """
    try:
        compiled = _compiled(source)
    except SyntaxError as problem:
        return Outcome(error_class="SyntaxError", message=problem.msg)
    arguments = copy.deepcopy(arguments)
    if not bounded:
        return _run(compiled, name, arguments)
    before = sys.gettrace()
    sys.settrace(_line_counter())
    try:
        return _run(compiled, name, arguments)
    finally:
        sys.settrace(before)


@lru_cache(maxsize=64)
def _compiled(source: str) -> CodeType:
    """The same program is called once for each of its cases."""
    return compile(source, "<curriculum>", "exec")


def _run(compiled: CodeType, name: str, arguments: tuple[Any, ...]) -> Outcome:
    try:
        namespace: dict[str, Any] = {"__name__": "curriculum"}
        exec(compiled, namespace)
        return Outcome(value=namespace[name](*arguments))
    except _TooLong:
        return Outcome(error_class="TimeoutError", message="the time limit is over")
    except Exception as problem:
        return Outcome(error_class=type(problem).__name__, message=str(problem)[:120])


def _line_counter() -> Any:
    left = MAX_LINES

    def count(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal left
        if frame.f_code.co_filename != "<curriculum>":
            return None
        left -= event == "line"
        if left <= 0:
            raise _TooLong
        return count

    return count
