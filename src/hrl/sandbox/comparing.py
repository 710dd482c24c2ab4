"""Assertions compared in this process: the candidate's box sees names and arguments, no expected value."""

from __future__ import annotations

import ast
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from hrl.errors import HrlError
from hrl.sandbox.box import BoxLost, Ended
from hrl.sandbox.calling import LoadFailed, NeedsSplit, Process, Raised, request
from hrl.sandbox.expressions import Expression
from hrl.sandbox.inside.codec import pack
from hrl.sandbox.inside.plain import NotPlain
from hrl.sandbox.inside.text import show
from hrl.sandbox.outcomes import of_end, of_raise, outcome
from hrl.sandbox.reading import Simple
from hrl.types import TestOutcome

_PIPELINE_BYTES = 40_000
_PIPELINE_CALLS = 64


class SimpleRun:
    """Assertions compared here. Calls that need nothing but literals are sent ahead, to save waiting."""

    def __init__(self, part: Simple, process: Process) -> None:
        self.part, self.process = part, process
        self.ahead: list[int] = []

    def run(self) -> list[TestOutcome]:
        """One outcome for each assertion."""
        outcomes: list[TestOutcome] = []
        while len(outcomes) < len(self.part.names):
            outcomes += self._round(len(outcomes))
        return outcomes

    def _round(self, first: int) -> list[TestOutcome]:
        """As many assertions as one process lives for; one that sent something unasked passes nothing."""
        outcomes: list[TestOutcome] = []
        try:
            self.process.start()
            self._send_ahead(first)
            self.process.loaded()
            for index in range(first, len(self.part.names)):
                outcomes.append(self._one(index))
        except Ended as end:
            self.process.lost(end)
            outcomes.append(of_end(self.part.names[first + len(outcomes)], end))
            return outcomes
        except LoadFailed as problem:
            if first == 0:
                raise
            name = self.part.names[first + len(outcomes)]
            return [*outcomes, outcome(name, problem.failure.status, "", problem.failure.message)]
        if not (self.process.stop() if self.ahead else self.process.close()):
            note = "the program sent an answer that nobody asked for"
            return [outcome(one.name, "protocol", "", note) for one in outcomes]
        return outcomes

    def _send_ahead(self, first: int) -> None:
        messages = _messages(self.part)[first:]
        self.ahead = []
        if any(one is None for one in messages):
            return
        calls = [call for one in messages for call in one or ()]
        if len(calls) > _PIPELINE_CALLS or sum(map(_size, calls)) > _PIPELINE_BYTES:
            return
        seconds = self.process.clock.left() or 1.0
        self.ahead = [self.process.post(call, seconds) for call in calls]
        self.process.end()

    def _call(self, name: str, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        if self.ahead:
            return self.process.value(self.ahead.pop(0))
        return self.process.call(name, arguments, keywords)

    def _one(self, index: int) -> TestOutcome:
        name, expression = self.part.names[index], self.part.expressions[index]
        if self.process.clock.left() <= 0:
            return outcome(name, "timeout", "TimeoutError", "not run: the time was over")
        before = len(self.ahead)
        try:
            return self._judge(name, expression)
        except Raised as problem:
            found = of_raise(name, problem.parts)
        except NotPlain as problem:
            found = outcome(name, "protocol", "", f"not gradable: an argument cannot cross: {problem}")
        except (Ended, NeedsSplit, BoxLost, HrlError):
            raise
        except Exception as problem:
            found = outcome(name, "fail", type(problem).__name__, f"{type(problem).__name__}: {problem}")
        self._skip(before - expression.calls)
        return found

    def _skip(self, left: int) -> None:
        """Read the answers of this assertion that were sent ahead and are no longer wanted."""
        while self.ahead and len(self.ahead) > max(left, 0):
            try:
                self.process.value(self.ahead.pop(0))
            except (Raised, NeedsSplit):
                continue

    def _judge(self, name: str, expression: Expression) -> TestOutcome:
        node = expression.node
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            left = expression.evaluate(node.left, self._call)
            right = expression.evaluate(node.comparators[0], self._call)
            held = expression.compare(node.ops[0], left, right)
            if held:
                return outcome(name, "pass", "", "", show(right), show(left))
            return _unequal(name, node.ops[0], left, right)
        value = expression.evaluate(node, self._call)
        if value:
            return outcome(name, "pass", "", "", "", show(value))
        return outcome(
            name, "fail", "AssertionError", f"the assertion is false: {show(value)}", "", show(value)
        )


def _unequal(name: str, operation: ast.cmpop, left: Any, right: Any) -> TestOutcome:
    got, expected = show(left), show(right)
    if isinstance(operation, ast.Eq | ast.Is):
        return outcome(name, "fail", "AssertionError", f"expected {expected}, got {got}", expected, got)
    message = f"{type(operation).__name__} is false for {got} and {expected}"
    return outcome(name, "fail", "AssertionError", message, expected, got)


@lru_cache(maxsize=256)
def _messages(part: Simple) -> tuple[tuple[dict[str, Any], ...] | None, ...]:
    """For each assertion, its calls as messages; None where they depend on what other calls return."""
    return tuple(_literal_calls(expression) for expression in part.expressions)


def _literal_calls(expression: Expression) -> tuple[dict[str, Any], ...] | None:
    calls = _direct_calls(expression.node, expression.functions)
    if calls is None or len(calls) != expression.calls:
        return None
    try:
        return tuple(_literal_call(expression, node) for node in calls)
    except Exception:
        return None


def _size(message: dict[str, Any]) -> int:
    return len(pack(message))


def _direct_calls(node: ast.expr, functions: Collection[str]) -> list[ast.Call] | None:
    """The candidate's calls in the order of evaluation, or None where that order depends on values."""
    if any(isinstance(inner, ast.BoolOp) for inner in ast.walk(node)):
        return None
    if any(isinstance(inner, ast.Compare) and len(inner.ops) > 1 for inner in ast.walk(node)):
        return None
    calls = [inner for inner in _in_order(node) if isinstance(inner, ast.Call)]
    return [call for call in calls if ast.unparse(call.func) in functions]


def _in_order(node: ast.AST) -> list[ast.AST]:
    found = [part for child in ast.iter_child_nodes(node) for part in _in_order(child)]
    return [*found, node]


def _literal_call(expression: Expression, node: ast.Call) -> dict[str, Any]:
    def never(*_: Any) -> Any:
        raise NeedsSplit

    arguments = [expression.evaluate(part, never) for part in node.args]
    keywords = {str(keyword.arg): expression.evaluate(keyword.value, never) for keyword in node.keywords}
    return request(ast.unparse(node.func), arguments, keywords)
