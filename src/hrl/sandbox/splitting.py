"""Runs a test program in a second box and carries its calls to the candidate's box.

This process reads the tester's records only. What the candidate answers is passed on unread: the tester's
codec is as closed as this process's own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hrl.sandbox.base import Job
from hrl.sandbox.box import Box, Ended
from hrl.sandbox.outcomes import of_end, outcome
from hrl.sandbox.reading import Split
from hrl.types import TestOutcome

if TYPE_CHECKING:
    from hrl.sandbox.calling import Process

_TO_CANDIDATE = ("call", "do", "look", "back")


class SplitRun:
    """One test program over one job's candidate."""

    def __init__(
        self, part: Split, job: Job, entry: str | None, process: Process, tester: Callable[[], Box]
    ) -> None:
        self.part, self.job, self.entry, self.process, self.tester = part, job, entry, process, tester
        self.outcomes: dict[int, TestOutcome] = {}
        self.current: int | None = None
        self.deadline = 0.0
        self.skipped: list[int] = []

    def run(self) -> list[TestOutcome]:
        """One outcome for each test; tests after one that ended its process run in fresh boxes."""
        while len(self.outcomes) < len(self.part.names):
            known = len(self.outcomes)
            self._round()
            if len(self.outcomes) == known:
                break
        note = "the test did not reach its end"
        return [
            self.outcomes.get(index) or outcome(name, "error", "", note)
            for index, name in enumerate(self.part.names)
        ]

    def _round(self) -> None:
        box = self.tester()
        self.current = None
        self.skipped = sorted(self.outcomes)
        tidy = True
        try:
            self.process.start()
            self.process.box.flush()
            box.begin("tester", self.job.limits, self.process.nproc)
            self._arm()
            box.send(self._order(), self._left())
            box.flush()
            self.process.loaded()
            self._serve(box)
            box.abort()
            tidy = self.process.close()
        except Ended as end:
            self._ended(end)
        finally:
            box.abort()
            if not (self.process.stop() and tidy):
                self._spoil()

    def _order(self) -> dict[str, Any]:
        return {
            "source": self.part.code.source,
            "kind": self.part.code.kind,
            "helpers": self.job.helpers,
            "entry": self.entry,
            "skip": self.skipped,
        }

    def _serve(self, box: Box) -> None:
        while True:
            message = box.receive(self._left())
            kind = message.get("op")
            if kind == "done":
                self._done(message)
                return
            if kind == "begin":
                self.current = int(message["i"])
                self._arm()
            elif kind == "test":
                self._record(message)
            elif kind in _TO_CANDIDATE:
                self.process.box.send(message, self._left())
                box.send_raw(_frame(self._candidate_answer()), self._left())
            else:
                raise Ended("protocol", "the test program sent something that is not a record")

    def _done(self, message: dict[str, Any]) -> None:
        """A program that never asked the candidate anything has tested nothing."""
        if message.get("calls") == 0 and not self.skipped:
            for index, name in enumerate(self.part.names):
                self.outcomes[index] = outcome(name, "error", "", "the tests never call the program")

    def _candidate_answer(self) -> bytes:
        planned, started = self._left(), time.monotonic()
        answer = self.process.box.receive_raw(planned)
        self.deadline += max(0.0, time.monotonic() - started - planned)
        return answer

    def _record(self, message: dict[str, Any]) -> None:
        index = message["i"]
        if isinstance(index, int) and 0 <= index < len(self.part.names) and index not in self.outcomes:
            parts = [str(part) for part in message["r"]]
            self.outcomes[index] = outcome(self.part.names[index], *parts[:5])
        self.current = None
        self._arm()

    def _arm(self) -> None:
        self.deadline = time.monotonic() + self.process.clock.left()

    def _left(self) -> float:
        left = min(self.deadline - time.monotonic(), self.process.clock.left())
        if left <= 0:
            raise Ended("timeout", "no answer in time")
        return left

    def _ended(self, end: Ended) -> None:
        """The current test takes the blame; without one, every test that is left does."""
        self.process.lost(end)
        over = self.process.clock.left() <= 0
        blamed = [self.current] if self.current is not None and not over else range(len(self.part.names))
        for index in blamed:
            if index not in self.outcomes:
                self.outcomes[index] = of_end(self.part.names[index], end)

    def _spoil(self) -> None:
        note = "the program sent an answer that nobody asked for"
        for index, name in enumerate(self.part.names):
            self.outcomes[index] = outcome(name, "protocol", "", note)


def _frame(payload: bytes) -> bytes:
    return len(payload).to_bytes(4, "big") + payload
