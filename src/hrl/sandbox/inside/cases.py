"""Runs one declared test of the tester's box: a function, a method of a class, a unittest case."""

from __future__ import annotations

import inspect
import unittest
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from hrl.sandbox.inside import shim
from hrl.sandbox.inside.program import Unit
from hrl.sandbox.inside.proxies import Proxy

Space = dict[str, Any]  # the names of a test program


def run_declared(unit: Unit, space: Space) -> None:
    """Run a test that a program only declares; what it raises says how it ended."""
    if unit.kind == "function":
        _function(space[unit.target[0]], space)
    elif unit.kind == "case":
        _case(space[unit.target[0]](unit.target[1]))
    else:
        _method(space[unit.target[0]](), unit.target[1], space)


def _method(holder: Any, name: str, space: Space) -> None:
    _call_if_there(holder, "setup_class")
    _call_if_there(holder, "setup_method")
    try:
        own = {one: getattr(holder, one) for one in dir(type(holder)) if not one.startswith("__")}
        _function(getattr(holder, name), space, own)
    finally:
        _call_if_there(holder, "teardown_method")


def _function(function: Any, space: Space, own: Mapping[str, Any] = MappingProxyType({})) -> None:
    if getattr(function, "hrl_skip", False):
        raise unittest.SkipTest("skipped")
    fixtures = {name: value for name, value in {**space, **own}.items() if _is_fixture(value)}
    for row in getattr(function, "hrl_rows", [{}]):
        shim.call_with_fixtures(function, row, fixtures)


def _case(case: unittest.TestCase) -> None:
    result = _Result()
    unittest.TestSuite([case]).run(result)
    if result.problem is not None:
        raise result.problem
    if not result.ran:
        raise unittest.SkipTest("skipped")


class _Result(unittest.TestResult):
    problem: BaseException | None = None
    ran = False

    def addError(self, test: Any, err: Any) -> None:
        del test
        self.problem = self.problem or err[1]

    addFailure = addError

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        if err is not None:
            self.addError(subtest, err)

    def addSuccess(self, test: Any) -> None:
        del test
        self.ran = True


def _call_if_there(holder: Any, name: str) -> None:
    if hasattr(holder, name):
        method = getattr(holder, name)
        method(*([None] * len(inspect.signature(method).parameters)))


def _is_fixture(value: Any) -> bool:
    return not isinstance(value, Proxy) and getattr(value, "hrl_fixture", False) is True
