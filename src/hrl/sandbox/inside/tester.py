"""The job that runs a test program against stubs. It never executes the candidate.

It reports each test by an explicit record after the test's last statement, and ends with a record of its own;
without them the host counts the tests as failed.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Callable
from typing import Any

from hrl.sandbox.inside import guards, shim
from hrl.sandbox.inside.cases import run_declared
from hrl.sandbox.inside.channel import Channel, Output
from hrl.sandbox.inside.examples import example_trees, run_examples
from hrl.sandbox.inside.judging import PASSED, Ending, check, fact, kind_of, truth, verdict
from hrl.sandbox.inside.names import Names
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
    units,
)
from hrl.sandbox.inside.raising import RELABELLED, NotGradable
from hrl.sandbox.inside.stubs import Caller


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
        self._prepare(request["source"], request["helpers"])
        if request["kind"] == "doctest":
            self._examples(request)
        else:
            self._program(request)
        self.channel.send({"op": "done", "calls": self.caller.calls})

    def _prepare(self, source: str, helpers: str) -> None:
        if "pytest" not in sys.modules:
            shim.install()
        guards.guard(truth)
        if "mock" in source:
            guards.guard_mock()
        self.space.update({CHECK: check, TRUTH: truth, TYPE: kind_of, FACT: fact})
        self.space.update({caught(name): self.caller.stand_ins.caught(name) for name in RELABELLED})
        exec(compile(helpers, "helpers.py", "exec", dont_inherit=True), self.space)

    def _examples(self, request: dict[str, Any]) -> None:
        redirect = Redirect()
        trees = [redirect.visit(tree) for tree in example_trees(request["source"])]
        Names(self.caller, self.space, redirect).fetch(trees, request["entry"])
        run_examples(self, request["source"])

    def _program(self, request: dict[str, Any]) -> None:
        redirect = Redirect()
        tree = redirect.visit(ast.parse(request["source"]))
        found = units(tree, request["entry"])
        Names(self.caller, self.space, redirect).fetch([tree], request["entry"])
        broken: Ending | None = None
        number = -1
        for unit in found:
            number += unit.kind != "setup"
            if unit.kind == "setup":
                broken = broken or self._setup(unit)
            elif broken is not None:
                self._report(number, *broken)
            else:
                self.test(number, lambda unit=unit: self._run(unit))  # type: ignore[misc]

    def _setup(self, unit: Unit) -> Ending | None:
        """Run a statement that is not a test; what it raised breaks the tests after it."""
        try:
            self._run(unit)
        except BaseException as problem:
            return verdict(problem)
        return None

    def _run(self, unit: Unit) -> None:
        if unit.node is None:
            run_declared(unit, self.space)
        else:
            self.run_tree(ast.Module([unit.node], []), "exec")

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
            outcome = PASSED
        except BaseException as problem:
            outcome = verdict(problem)
        if NotGradable.seen:
            outcome = ("protocol", "", "not gradable: " + NotGradable.seen[0], "", "")
        self._report(number, *outcome)

    def _report(self, number: int, status: str, name: str, message: str, expected: str, got: str) -> None:
        self.caller.calls += status == "protocol"  # what was refused would have been a call
        self.channel.send({"op": "test", "i": number, "r": [status, name, message, expected, got]})


def run(channel: Channel) -> None:
    """Entry of the forked job."""
    Tester(channel).serve()
    sys.stdout.flush()
