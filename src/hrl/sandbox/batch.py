"""Many jobs through one sandbox: one for each slot at a time, and no more taken than that."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING

from hrl.errors import SandboxUnavailable
from hrl.sandbox.base import Job, Result
from hrl.types import TestReport

if TYPE_CHECKING:
    from hrl.sandbox.pool import Slot

Grade = Callable[["Slot", Job], TestReport]
Borrow = Callable[[], contextlib.AbstractContextManager["Slot"]]
_WAIT = 0.2


class Batch:
    """One batch: worker threads that take jobs from one iterator and hand results to one consumer.

    Back-pressure: a worker takes its next job when its last result has found room, and there is room for
    one finished result for each worker. When the consumer leaves early, running jobs are ended with their
    boxes.
    """

    def __init__(self, jobs: Iterable[Job], workers: int, borrow: Borrow, grade: Grade) -> None:
        self._jobs = enumerate(jobs)
        self._borrow, self._grade = borrow, grade
        self._taking = threading.Lock()
        self._results: queue.Queue[tuple[int, Result] | BaseException | None] = queue.Queue(workers)
        self._over = threading.Event()
        self._busy: set[Slot] = set()
        self._threads = [
            threading.Thread(target=self._work, name=f"hrl-batch-{number}", daemon=True)
            for number in range(workers)
        ]

    def results(self) -> Generator[tuple[int, Result]]:
        """Each job's place and result, in the order in which they are ready."""
        for thread in self._threads:
            thread.start()
        left = len(self._threads)
        try:
            while left:
                found = self._results.get()
                if found is None:
                    left -= 1
                elif isinstance(found, BaseException):
                    raise found
                else:
                    yield found
        finally:
            self._end()

    def _end(self) -> None:
        self._over.set()
        for slot in list(self._busy):
            slot.abandon()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        try:
            while not self._over.is_set():
                with self._taking:
                    taken = next(self._jobs, None)
                if taken is None:
                    break
                self._put((taken[0], self._one(taken[1])))
        except BaseException as problem:
            self._put(problem)
        finally:
            self._put(None)

    def _one(self, job: Job) -> Result:
        try:
            with self._borrow() as slot:
                self._busy.add(slot)
                if self._over.is_set():
                    slot.abandon()
                try:
                    return self._grade(slot, job)
                finally:
                    self._busy.discard(slot)
        except SandboxUnavailable as problem:
            return problem

    def _put(self, found: tuple[int, Result] | BaseException | None) -> None:
        while not self._over.is_set():
            with contextlib.suppress(queue.Full):
                self._results.put(found, timeout=_WAIT)
                return
