"""The store of hidden tests: it opens only for a frozen answer, and only once.

The store keeps its tests from every caller that has no frozen answer to show, so that a node which
builds prompts or features cannot read them by accident. It is no defence against code of this project
that means to cheat; the count in the trace is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hrl.sandbox.base import Job, Limits
from hrl.types import Candidate, TestCode


@dataclass(frozen=True, slots=True)
class FrozenAnswer:
    """The program that will be graded; make one with `freeze`, after the last change to it."""

    candidate: Candidate
    entry_point: str | None


def freeze(code: str, entry_point: str | None) -> FrozenAnswer:
    """Declare `code` final."""
    return FrozenAnswer(Candidate.of(code, "answer"), entry_point)


class HiddenTests:
    """Hidden tests of one run.

    Args:
        tests: as the task states them.
        opened: how often an earlier session of the same run opened them.
    """

    def __init__(self, tests: Iterable[TestCode], *, opened: int = 0) -> None:
        self._tests = tuple(tests)
        self._opened = opened

    def __bool__(self) -> bool:
        return bool(self._tests)

    def __repr__(self) -> str:
        return f"HiddenTests(opened={self._opened})"

    @property
    def opened(self) -> int:
        """How often they were opened."""
        return self._opened

    def open(self, answer: FrozenAnswer) -> tuple[TestCode, ...]:
        """The tests, for grading `answer` and nothing else.

        Raises:
            RuntimeError: they were opened before; whoever opens them twice can fit to them.
        """
        assert isinstance(answer, FrozenAnswer), "hidden tests open for a frozen answer only"
        if self._opened:
            raise RuntimeError("the hidden tests were opened before")
        self._opened += 1
        return self._tests


def grading_job(
    answer: FrozenAnswer, tests: tuple[TestCode, ...], limits: Limits, *, helpers: str = ""
) -> Job:
    """The sandbox job that grades a frozen answer; for `helpers` see `Job`."""
    return Job(answer.candidate.code, tests, answer.entry_point, helpers, limits)
