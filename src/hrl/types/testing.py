"""Tests as they were written, and what a sandbox says of a program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TestKind = Literal["python", "doctest"]
Status = Literal["pass", "fail", "timeout", "memory", "error", "protocol"]


@dataclass(frozen=True, slots=True)
class TestCode:
    """Tests as the user or a model wrote them.

    Attributes:
        source: a Python test program, or doctest examples when `kind` is `doctest`.
        kind: how to read `source`.
        line: 1-based line of the first line of `source` in the task file (1 elsewhere).
    """

    __test__ = False

    source: str
    kind: TestKind = "python"
    line: int = 1


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """One test's result.

    Attributes:
        name: the test's source line, or the test function's name.
        status: see `Status`; `error` is an exception other than a failed assertion.
        error_class: builtin exception class nearest to what was raised, or "".
        message: one short line for people and prompts.
        expected: repr of the expected value, where the test states one.
        got: repr of the value returned, where there is one.
    """

    __test__ = False

    name: str
    status: Status
    error_class: str = ""
    message: str = ""
    expected: str = ""
    got: str = ""


@dataclass(frozen=True, slots=True)
class TestReport:
    """What the sandbox says of one program and one set of tests.

    Attributes:
        verdict: `pass` only when there is at least one outcome and all of them pass;
            else the status of the first that does not.
        error_class: of the first test that does not pass (`SyntaxError` if nothing could load).
        stdout_tail: the end of what the candidate printed; no verdict depends on it.
        seconds: wall time in the sandbox.
        backend, isolation: where it ran and how well that is isolated.
    """

    __test__ = False

    verdict: Status
    outcomes: tuple[TestOutcome, ...] = ()
    error_class: str = ""
    message: str = ""
    stdout_tail: str = ""
    seconds: float = 0.0
    backend: str = ""
    isolation: str = ""

    @property
    def passed(self) -> int:
        """How many tests pass."""
        return sum(outcome.status == "pass" for outcome in self.outcomes)

    @property
    def total(self) -> int:
        """How many tests there are."""
        return len(self.outcomes)

    @property
    def share(self) -> float:
        """Share of tests passed, 0..1 (soft pass); 0 where there is no test."""
        return self.passed / self.total if self.outcomes else 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The three kinds of tests, kept apart.

    Attributes:
        solved: hidden tests pass where there are any, else visible ones, else self-written ones.
        verified: False when only self-written tests, or none, vouch for the program.
    """

    visible: TestReport | None
    self_written: TestReport | None
    hidden: TestReport | None
    solved: bool
    verified: bool
