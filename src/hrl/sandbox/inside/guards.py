"""Refusals of what tests may do to a candidate in one process and cannot do here.

They look into its functions, patch its surroundings, or evaluate its text.
"""

from __future__ import annotations

import builtins
import dataclasses
import inspect
import sys
import unittest
from collections.abc import Callable, Collection
from typing import Any

from hrl.sandbox.inside.proxies import Proxy
from hrl.sandbox.inside.raising import NotGradable

_INSPECTED = (
    "signature", "getsource", "getsourcelines", "getfullargspec", "isgeneratorfunction",
    "iscoroutinefunction", "isasyncgenfunction", "getdoc",
)  # fmt: skip
_DATACLASS = ("asdict", "astuple", "fields", "is_dataclass", "replace")


def guard(truth: Callable[[Any], Any]) -> None:
    """Refuse to look into the candidate's functions and objects; `assertTrue` asks `truth` first."""
    for module, names in ((inspect, _INSPECTED), (dataclasses, _DATACLASS)):
        for name in names:
            setattr(module, name, _guarded(name, getattr(module, name)))
    plain = unittest.TestCase.assertTrue

    def assert_true(self: Any, expr: Any, msg: Any = None) -> None:
        plain(self, truth(expr), msg)

    unittest.TestCase.assertTrue = assert_true  # type: ignore[method-assign]


def _guarded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(value: Any, *arguments: Any, **keywords: Any) -> Any:
        if isinstance(value, Proxy) or getattr(value, "hrl_stub", False) is True:
            raise NotGradable(f"the tests look into the program's functions and objects ({name})")
        return function(value, *arguments, **keywords)

    return guarded


def guard_mock() -> None:
    """`mock.patch` changes the tests' process only."""
    from unittest import mock

    def refuse(*_: Any) -> Any:
        raise NotGradable("the tests patch what the program does not share with them")

    for name in ("_patch", "_patch_dict"):
        getattr(mock, name).__enter__ = refuse
        getattr(mock, name).start = refuse


def evaluators(answers: list[Any], constants: Collection[Any]) -> dict[str, Any]:
    """`eval`, `exec` and `compile` for the tests: text that may be the candidate's is never run here."""

    def check(source: Any) -> None:
        text = isinstance(source, str | bytes | bytearray)
        if text and source not in constants and _has_text(answers):
            raise NotGradable("the tests evaluate text that may come from the program")

    def run(name: str) -> Callable[..., Any]:
        def evaluate(source: Any, space: Any = None, inner: Any = None) -> Any:
            check(source)
            frame = sys._getframe(1)
            if space is None:
                space, inner = frame.f_globals, frame.f_locals
            return getattr(builtins, name)(source, space, inner)

        return evaluate

    def compile_checked(source: Any, *arguments: Any, **keywords: Any) -> Any:
        check(source)
        return compile(source, *arguments, **keywords)

    return {"eval": run("eval"), "exec": run("exec"), "compile": compile_checked}


def _has_text(trees: list[Any]) -> bool:
    found: list[Any] = list(trees)
    while found:
        tree = found.pop()
        if isinstance(tree, str) and tree:
            return True
        found += tree.values() if isinstance(tree, dict) else tree[1:] if isinstance(tree, list) else ()
    return False
