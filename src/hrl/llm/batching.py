"""Requests that arrive together from parallel subtasks become one batch.

There is no thread of its own: the caller that completes a batch answers it for all (leader and
followers). A batch starts as soon as every thread that announced itself (`expecting`) waits, or when the
oldest call has waited for the window; while a batch runs,
the next one gathers.
"""

from __future__ import annotations

import copy
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from hrl.llm.base import ChatModel
from hrl.llm.requests import Call, Completion

WINDOW = 0.03


@dataclass(eq=False)
class _Ticket:
    """The calls of one waiting thread, and what became of them."""

    calls: list[Call]
    deadline: float
    answer: list[Completion] | None = None
    error: BaseException | None = None
    done: bool = field(default=False)


class BatchingModel:
    """A `ChatModel` that gathers the calls of several threads.

    Args:
        model: answers the batches.
        running: how many batches may run at once; one for a model that works in this process, several
            for a server. Every further batch gathers until one of them ends.
        window: seconds that a call waits for others at most, before its batch starts.
        recall: answers calls without the model, or says None; such calls do not wait.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        model: ChatModel,
        *,
        running: int = 1,
        window: float = WINDOW,
        recall: Callable[[Sequence[Call]], list[Completion] | None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = model.name
        self.fingerprint = model.fingerprint
        self.style = model.style
        self._model = model
        self._window = window
        self._recall = recall
        self._clock = clock
        self._changed = threading.Condition()
        self._expected: Counter[int] = Counter()
        self._queue: list[_Ticket] = []
        self._free = running

    @contextmanager
    def expecting(self) -> Iterator[None]:
        """This thread will ask: batches wait for it until it leaves the block (or the window ends)."""
        thread = threading.get_ident()
        with self._changed:
            self._expected[thread] += 1
        try:
            yield
        finally:
            with self._changed:
                self._expected[thread] -= 1
                self._expected += Counter()
                self._changed.notify_all()

    def complete(self, calls: Sequence[Call]) -> list[Completion]:
        """Answer `calls`, together with what other threads ask at the moment."""
        recalled = self._recall(calls) if self._recall else None
        if recalled is not None or not calls:
            return recalled or []
        ticket = _Ticket(list(calls), self._clock() + self._window)
        batch = self._wait(ticket)
        if batch:
            self._answer(batch)
        if ticket.error is not None:
            # A copy: one exception object must not gather the tracebacks of several threads.
            raise _copied(ticket.error)
        return ticket.answer or []

    def close(self) -> None:
        """Close the model."""
        self._model.close()

    def _wait(self, ticket: _Ticket) -> list[_Ticket]:
        """Wait until the ticket is done (then an empty list) or this thread has to answer the batch."""
        with self._changed:
            self._queue.append(ticket)
            self._changed.notify_all()
            try:
                while not ticket.done:
                    if self._complete_batch():
                        self._free -= 1
                        batch, self._queue = self._queue, []
                        return batch
                    self._changed.wait(self._queue[0].deadline - self._clock() if self._may_start() else None)
            except BaseException:
                # Interrupted while waiting: the others must not wait for this call.
                if ticket in self._queue:
                    self._queue.remove(ticket)
                self._changed.notify_all()
                raise
            return []

    def _may_start(self) -> bool:
        return bool(self._free and self._queue)

    def _complete_batch(self) -> bool:
        if not self._may_start():
            return False
        return len(self._queue) >= len(self._expected) or self._clock() >= self._queue[0].deadline

    def _answer(self, batch: list[_Ticket]) -> None:
        calls = [call for ticket in batch for call in ticket.calls]
        error: BaseException | None = None
        answers: list[Completion] = []
        try:
            answers = self._model.complete(calls)
        except BaseException as problem:
            error = problem
        with self._changed:
            place = 0
            for ticket in batch:
                ticket.answer = answers[place : place + len(ticket.calls)]
                ticket.error = error
                ticket.done = True
                place += len(ticket.calls)
            if not self._free:
                self._wait_for_those_answered()
            self._free += 1
            self._changed.notify_all()

    def _wait_for_those_answered(self) -> None:
        """Calls that gathered meanwhile get one more window: who was just answered may ask again at once."""
        deadline = self._clock() + self._window
        for ticket in self._queue:
            ticket.deadline = max(ticket.deadline, deadline)


def _copied(error: BaseException) -> BaseException:
    try:
        return copy.copy(error).with_traceback(error.__traceback__)
    except Exception:
        return error
