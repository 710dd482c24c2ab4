"""The part of pytest that a test file uses without plugins, for boxes that hold no pytest."""

from __future__ import annotations

import inspect
import io
import re
import sys
import types
import unittest
from collections.abc import Callable
from typing import Any, NamedTuple

from hrl.sandbox.inside.raising import NotGradable


class Raises:
    """`pytest.raises` as a context manager."""

    def __init__(self, expected: Any, match: str | None = None) -> None:
        self.expected, self.match = expected, match
        self.value: BaseException | None = None
        self.type: type | None = None

    def __enter__(self) -> Raises:
        return self

    def __exit__(self, kind: Any, value: Any, trace: Any) -> bool:
        if kind is None:
            raise AssertionError(f"DID NOT RAISE {self.expected}")
        if not issubclass(kind, self.expected):
            return False
        self.value, self.type = value, kind
        if self.match is not None and not re.search(self.match, str(value)):
            raise AssertionError(f"the message {str(value)!r} does not match {self.match!r}")
        return True


class Approx:
    """`pytest.approx` for numbers, and for lists, tuples and dicts of them."""

    def __init__(self, expected: Any, rel: float | None = None, abs: float | None = None) -> None:
        self.expected, self.rel, self.abs = expected, rel, abs

    def __eq__(self, got: Any) -> bool:
        return self._close(got, self.expected)

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return f"approx({self.expected!r})"

    def _close(self, got: Any, expected: Any) -> bool:
        if isinstance(expected, dict):
            return (
                isinstance(got, dict)
                and got.keys() == expected.keys()
                and all(self._close(got[key], expected[key]) for key in expected)
            )
        if isinstance(expected, list | tuple):
            return (
                isinstance(got, list | tuple)
                and len(got) == len(expected)
                and all(map(self._close, got, expected))
            )
        if isinstance(expected, int | float | complex) and isinstance(got, int | float | complex):
            tolerance = max((self.rel or 1e-6) * abs(expected), self.abs if self.abs is not None else 1e-12)
            return bool(got == expected or abs(got - expected) <= tolerance)
        return bool(got == expected)


def raises(expected: Any, *arguments: Any, match: str | None = None, **keywords: Any) -> Any:
    """Both forms of `pytest.raises`."""
    context = Raises(expected, match)
    if not arguments:
        return context
    with context:
        arguments[0](*arguments[1:], **keywords)
    return context


def fixture(function: Any = None, *, params: Any = None, autouse: bool = False, **_: Any) -> Any:
    """Marks a fixture; scopes are all taken as `function`."""

    def mark(target: Any) -> Any:
        target.hrl_fixture = True
        target.hrl_autouse = autouse
        if params is not None:
            raise NotGradable("a fixture with parameters")
        return target

    return mark(function) if function is not None else mark


class _Mark:
    def __getattr__(self, name: str) -> Any:
        if name == "parametrize":
            return _parametrize

        def mark(*arguments: Any, **_: Any) -> Any:
            def keep(target: Any) -> Any:
                if name in ("skip", "skipif") and (name == "skip" or (arguments and arguments[0])):
                    target.hrl_skip = True
                return target

            bare = len(arguments) == 1 and callable(arguments[0])
            return keep(arguments[0]) if bare else keep

        return mark


def _parametrize(names: Any, values: Any, **_: Any) -> Callable[[Any], Any]:
    split = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)

    def mark(target: Any) -> Any:
        rows = [dict(zip(split, _row(row, len(split)), strict=True)) for row in values]
        before = getattr(target, "hrl_rows", [{}])
        target.hrl_rows = [{**old, **row} for row in rows for old in before]
        return target

    return mark


class Param(tuple[Any, ...]):
    """`pytest.param`."""

    __slots__ = ()


def _row(row: Any, width: int) -> Any:
    return row if width > 1 or isinstance(row, Param) else (row,)


def skip(reason: str = "", **_: Any) -> None:
    """`pytest.skip`."""
    raise unittest.SkipTest(reason)


def fail(reason: str = "", **_: Any) -> None:
    """`pytest.fail`."""
    raise AssertionError(reason)


def install() -> None:
    """Make `import pytest` work where it is not installed."""
    module = types.ModuleType("pytest")
    parts = {"raises": raises, "approx": Approx, "fixture": fixture, "mark": _Mark(), "fail": fail}
    module.__dict__.update(parts, main=lambda *_: 0, param=lambda *values, **_: Param(values), skip=skip)
    sys.modules["pytest"] = module


class Captured(NamedTuple):
    """What `capsys.readouterr()` gives; a candidate's two streams come as one."""

    out: str
    err: str = ""


class Capsys:
    """`capsys`: standard output between two looks."""

    def __init__(self) -> None:
        self.before, self.text = sys.stdout, io.StringIO()
        sys.stdout = self.text

    def readouterr(self) -> Captured:
        """What was printed since the last look."""
        found = Captured(self.text.getvalue())
        self.text.seek(0)
        self.text.truncate()
        return found

    def close(self) -> None:
        """Give standard output back."""
        sys.stdout = self.before


def capsys() -> Any:
    """The fixture."""
    capture = Capsys()
    yield capture
    capture.close()


def call_with_fixtures(function: Any, given: dict[str, Any], fixtures: dict[str, Any]) -> None:
    """Run a test function with its parameters and fixtures, and the fixtures' ends after it."""
    ends: list[Any] = []
    known: dict[str, Any] = dict(given)
    fixtures = {"capsys": capsys, **fixtures}
    try:
        for name in [name for name, maker in fixtures.items() if getattr(maker, "hrl_autouse", False)]:
            _value(name, fixtures, known, ends)
        function(**{name: _value(name, fixtures, known, ends) for name in _needs(function)})
    finally:
        for generator in reversed(ends):
            next(generator, None)


def _needs(function: Any) -> list[str]:
    parameters = inspect.signature(function).parameters.values()
    return [one.name for one in parameters if one.default is one.empty and one.kind is not one.VAR_KEYWORD]


def _value(name: str, fixtures: dict[str, Any], known: dict[str, Any], ends: list[Any]) -> Any:
    if name not in known:
        if name not in fixtures:
            raise NotGradable(f"the test needs {name!r}, which is neither a parameter nor a fixture here")
        maker = fixtures[name]
        made = maker(**{need: _value(need, fixtures, known, ends) for need in _needs(maker)})
        if inspect.isgenerator(made):
            ends.append(made)
            made = next(made)
        known[name] = made
    return known[name]
