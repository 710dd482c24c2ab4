"""The job that runs a test program against stubs. It never executes the candidate.

It reports each test by an explicit record after the test's last statement, and ends with a record of its own;
without them the host counts the tests as failed.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import operator
import sys
import types
import unittest
from collections import deque
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from hrl.sandbox.inside import shim
from hrl.sandbox.inside.channel import Channel, Output
from hrl.sandbox.inside.plain import Malformed
from hrl.sandbox.inside.program import (
    CHECK,
    FACT,
    TRUTH,
    TYPE,
    Adapt,
    Explain,
    Redirect,
    Unit,
    caught,
    free_names,
    units,
)
from hrl.sandbox.inside.proxies import ClassProxy, ObjectProxy, Proxy, anonymous, is_match, refuse
from hrl.sandbox.inside.raising import RELABELLED, NotGradable, describe
from hrl.sandbox.inside.stubs import Caller, refill
from hrl.sandbox.inside.text import shorten, show

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
    return getattr(value, name)


class Tester:
    """One test program over one candidate."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.caller = Caller(channel)
        self.space: dict[str, Any] = {"__name__": "tests", "__builtins__": builtins}
        self.output = Output()
        self.skipped: set[int] = set()

    def serve(self) -> None:
        """Run the program that the host sends, then say that it is done."""
        request = self.channel.receive()
        self.skipped = set(request["skip"])
        sys.stdout = sys.stderr = self.output
        if "pytest" not in sys.modules:
            shim.install()
        shim.guard(truth)
        if "mock" in request["source"]:
            shim.guard_mock()
        self.space.update({CHECK: check, TRUTH: truth, TYPE: kind_of, FACT: fact})
        self.space.update({caught(name): self.caller.stand_ins.caught(name) for name in RELABELLED})
        if request["kind"] == "doctest":
            from hrl.sandbox.inside.examples import run_examples

            redirect = Redirect()
            trees = [redirect.visit(tree) for tree in _doctest_trees(request["source"])]
            self._look(trees, request, redirect)
            run_examples(self, request["source"])
        else:
            self._program(request)
        self.channel.send({"op": "done", "calls": self.caller.calls})

    def _program(self, request: dict[str, Any]) -> None:
        redirect = Redirect()
        tree = redirect.visit(ast.parse(request["source"]))
        found = units(tree, request["entry"])
        self._load_helpers(request)
        self._look([tree], request, redirect)
        broken: tuple[str, ...] | None = None
        number = -1
        for unit in found:
            number += unit.kind != "setup"
            if broken is not None and unit.kind != "setup":
                self._report(number, *broken)
            elif unit.kind == "setup":
                broken = broken or self._setup(unit)
            else:
                self.test(number, lambda unit=unit: self._run(unit))  # type: ignore[misc]

    def _load_helpers(self, request: dict[str, Any]) -> None:
        if request["helpers"]:
            exec(compile(request["helpers"], "helpers.py", "exec", dont_inherit=True), self.space)

    def _look(
        self, trees: list[ast.Module], request: dict[str, Any], redirect: Redirect | None = None
    ) -> None:
        """Fetch what the tests take from the candidate; helpers that the task states win over it."""
        entry = request["entry"]
        names = set(free_names(trees, entry)) | set(request["extra"])
        imported = redirect.names if redirect is not None else {}
        names |= set(imported.values())
        names = {name for name in names if name == entry or name not in self.space}
        found = self.caller.look(sorted(names))
        self.space.update({name: value for name, value in found.items() if name not in imported})
        self.space.update({alias: found[name] for alias, name in imported.items() if name in found})
        for module in redirect.modules if redirect is not None else ():
            self.space[module] = _Module(self.caller)
        variables = {name: name for name in found if name not in imported.values()}
        variables |= {alias: name for alias, name in imported.items() if name in found}
        variables = {alias: name for alias, name in variables.items() if _is_value(found[name])}
        if variables:
            self.caller.changed = lambda: self._refresh(variables, imported)
        nodes = [node for tree in trees for node in ast.walk(tree)]
        if {node.id for node in nodes if isinstance(node, ast.Name)} & {"eval", "exec", "compile"}:
            self.caller.keep_answers = True
            constants = [node.value for node in nodes if isinstance(node, ast.Constant)]
            self.space.update(shim.evaluators(self.caller.answers, constants))

    def _refresh(self, variables: dict[str, str], imported: Collection[str]) -> None:
        """The tests share the candidate's variables: look at them again after each call."""
        found = self.caller.look(sorted(set(variables.values())))
        for alias, name in variables.items():
            old, new = self.space.get(alias), found.get(name)
            if type(old) is type(new) and isinstance(old, list | dict | set | bytearray | deque):
                refill(old, new)
            elif alias not in imported:
                self.space[alias] = new

    def _setup(self, unit: Unit) -> tuple[str, ...] | None:
        """Run a statement that is not a test; what it raised breaks the statements after it."""
        try:
            self._execute(unit.node)
        except BaseException as problem:
            return verdict(problem)
        return None

    def _execute(self, node: ast.stmt | None) -> None:
        if node is None:
            return
        self.run_tree(ast.Module([node], []), "exec")

    def run_tree(self, tree: ast.AST, mode: str) -> None:
        """Run statements of the tests, adapted to what stands for the candidate."""
        adapted = ast.fix_missing_locations(Explain().visit(Adapt(RELABELLED).visit(tree)))
        exec(compile(adapted, "tests.py", mode, dont_inherit=True), self.space)

    def test(self, number: int, body: Callable[[], Any]) -> None:
        """Run one test and report it, unless an earlier round did."""
        if number in self.skipped:
            return
        NotGradable.seen.clear()
        self.output.take()
        self.channel.send({"op": "begin", "i": number})
        try:
            body()
            outcome: tuple[str, ...] = ("pass", "", "", "", "")
        except BaseException as problem:
            outcome = verdict(problem)
        if NotGradable.seen:
            outcome = ("protocol", "", "not gradable: " + NotGradable.seen[0], "", "")
        self._report(number, *outcome)

    def _report(self, number: int, status: str, name: str, message: str, expected: str, got: str) -> None:
        self.caller.calls += status == "protocol"  # what was refused would have been a call
        self.channel.send({"op": "test", "i": number, "r": [status, name, message, expected, got]})

    def _run(self, unit: Unit) -> None:
        if unit.kind == "statement":
            self._execute(unit.node)
        elif unit.kind == "function":
            self._function(self.space[unit.target[0]])
        elif unit.kind == "case":
            self._case(self.space[unit.target[0]](unit.target[1]))
        else:
            self._method(self.space[unit.target[0]](), unit.target[1])

    def _method(self, holder: Any, name: str) -> None:
        _call_if_there(holder, "setup_class")
        _call_if_there(holder, "setup_method")
        try:
            own = {one: getattr(holder, one) for one in dir(type(holder)) if not one.startswith("__")}
            self._function(getattr(holder, name), own)
        finally:
            _call_if_there(holder, "teardown_method")

    def _function(self, function: Any, own: Mapping[str, Any] = MappingProxyType({})) -> None:
        if getattr(function, "hrl_skip", False):
            raise unittest.SkipTest("skipped")
        known = {**self.space, **own}
        fixtures = {name: value for name, value in known.items() if _is_fixture(value)}
        for row in getattr(function, "hrl_rows", [{}]):
            shim.call_with_fixtures(function, row, fixtures)

    def _case(self, case: unittest.TestCase) -> None:
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


class _Module(types.ModuleType):
    """The candidate's module, for tests that import it."""

    def __init__(self, caller: Caller) -> None:
        super().__init__("solution")
        self.__dict__["_caller"] = caller

    def __getattr__(self, name: str) -> Any:
        found = self.__dict__["_caller"].look([name])
        if name not in found:
            raise AttributeError(f"module 'solution' has no attribute '{name}'")
        if not _is_value(found[name]):
            self.__dict__[name] = found[name]
        return found[name]

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("__"):
            return super().__setattr__(name, value)
        raise NotGradable(f"the tests set {name!r} in the program's module")


def _is_value(value: Any) -> bool:
    return not (callable(value) or isinstance(value, Proxy | types.ModuleType))


def _call_if_there(holder: Any, name: str) -> None:
    if hasattr(holder, name):
        method = getattr(holder, name)
        method(*([None] * len(inspect.signature(method).parameters)))


def _is_fixture(value: Any) -> bool:
    return not isinstance(value, Proxy) and getattr(value, "hrl_fixture", False) is True


def verdict(problem: BaseException) -> tuple[str, ...]:
    """Status, class, message, expected, got of an exception that ended a test."""
    if isinstance(problem, NotGradable):
        return ("protocol", "", f"not gradable: {problem}", "", "")
    if isinstance(problem, Malformed):
        return ("protocol", "", f"not gradable: the program's answer is malformed ({problem})", "", "")
    if isinstance(problem, AttributeError) and getattr(problem.obj, "hrl_stub", False) is True:
        reason = f"the attribute {problem.name!r} of the program's functions does not cross"
        return ("protocol", "", f"not gradable: {reason}", "", "")
    remote = BaseException.__getattribute__(problem, "__dict__").get("hrl_remote")
    if remote is not None:
        name, base, message, line = remote
        status = "memory" if base == "MemoryError" else "error"
        return (status, base, shorten(f"{name}: {message}") + (f" (line {line})" if line else ""), "", "")
    if isinstance(problem, Unequal):
        return _unequal(problem)
    if isinstance(problem, AssertionError):
        return ("fail", "AssertionError", shorten(str(problem) or "the assertion is false"), "", "")
    name, base, message, _ = describe(problem)
    return ("error", base, shorten(f"{name}: {message}"), "", "")


def _unequal(problem: Unequal) -> tuple[str, ...]:
    operation, left, right = problem.sides
    note = f" ({problem.args[0]})" if problem.args else ""
    got, expected = show(left), show(right)
    if operation in ("Eq", "Is"):
        return ("fail", "AssertionError", shorten(f"expected {expected}, got {got}{note}"), expected, got)
    return (
        "fail",
        "AssertionError",
        shorten(f"{operation} is false for {got} and {expected}{note}"),
        "",
        got,
    )


def _doctest_trees(source: str) -> list[ast.Module]:
    import doctest

    trees = []
    for example in doctest.DocTestParser().get_examples(source):
        try:
            trees.append(ast.parse(example.source))
        except SyntaxError:
            continue
    return trees


def run(channel: Channel) -> None:
    """Entry of the forked job."""
    Tester(channel).serve()
    sys.stdout.flush()


__all__ = ["CHECK", "Tester", "run"]
