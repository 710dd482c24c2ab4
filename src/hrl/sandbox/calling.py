"""The candidate's process in its box: loading, calls, the count of answers, the job's clock."""

from __future__ import annotations

import secrets
import time
from typing import Any

from hrl.sandbox.base import Job
from hrl.sandbox.box import Box, Ended
from hrl.sandbox.inside.codec import Decoder, Encoder
from hrl.sandbox.inside.plain import Malformed, NotPlain
from hrl.sandbox.outcomes import of_end, of_raise, outcome
from hrl.types import TestOutcome

_MAX_TIMEOUTS = 2


class LoadFailed(Exception):
    """The program did not load; holds the outcome that every test gets."""

    def __init__(self, failure: TestOutcome) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Raised(Exception):
    """A call raised; holds the parts that came back."""

    def __init__(self, parts: Any) -> None:
        super().__init__("the call raised")
        self.parts = parts


class NeedsSplit(Exception):
    """A call returned something that is not plain: the split tester may know what to do with it."""


class Clock:
    """What is left of a job's time."""

    def __init__(self, job: Job, tests: int) -> None:
        self.per_test = max(1.0, job.limits.seconds_per_test)
        total = job.limits.seconds_total
        self.total = max(1.0, total) if total is not None else min(60.0, self.per_test * max(1, tests))
        self._end = time.monotonic() + self.total
        self.timeouts = 0

    def left(self) -> float:
        """Seconds for the next answer; 0 when the job's time is over or too many answers never came."""
        if self.timeouts >= _MAX_TIMEOUTS:
            return 0.0
        return max(0.0, min(self.per_test, self._end - time.monotonic()))


class Process:
    """The candidate's process in its box: loading, calls, and the count of answers."""

    def __init__(self, box: Box, job: Job, clock: Clock, nproc: int) -> None:
        self.box, self.job, self.clock, self.nproc = box, job, clock, nproc
        self.running = False
        self.waits = False
        self.printed = b""
        self.number = 0
        self.last: int | None = None

    def start(self) -> None:
        """Start the program unless it runs; what it answers to loading is read by `loaded`.

        Raises:
            LoadFailed: it cannot even be sent.
        """
        if self.running:
            return
        seconds = self.clock.left()
        if seconds <= 0:
            raise Ended("timeout", "not run: the time was over")
        self.box.begin("candidate", self.job.limits, self.nproc)
        self.running, self.waits, self.number, self.last = True, True, 0, None
        try:
            self.post({"op": "load", "program": self.job.program}, seconds)
        except NotPlain:
            self.stop()
            raise LoadFailed(outcome("load", "protocol", "", "the program is too large")) from None
        if self.job.entry_point is not None:
            self.post({"op": "look", "names": [self.job.entry_point]}, seconds)

    def loaded(self) -> None:
        """Wait until the program has loaded.

        Raises:
            LoadFailed: it does not load, or does not define the entry point.
        """
        if not self.waits:
            return
        self.waits = False
        seconds, entry = self.clock.left(), self.job.entry_point
        try:
            answer = self._answer(1, seconds)
            found = self._answer(2, seconds).get("ok") if entry is not None else None
        except Ended as end:
            self.lost(end)
            raise LoadFailed(of_end("load", end)) from None
        if "raise" in answer:
            failure = of_raise("load", answer["raise"])
        elif answer.get("ok") is not True:
            failure = outcome("load", "protocol", "", "the program's answer is malformed")
        elif entry is None or (isinstance(found, dict) and found.get(entry) is not None):
            return
        else:
            missing = f"NameError: the program does not define '{entry}'"
            failure = outcome("load", "error", "NameError", missing)
        self.stop()
        raise LoadFailed(failure)

    def end(self) -> None:
        """Ask the last question; its number cannot be guessed, so answers sent in advance are seen."""
        self.last = secrets.randbits(50)
        self.box.send({"op": "look", "names": [], "id": self.last}, max(1.0, self.clock.left()))
        self.box.end()

    def close(self) -> bool:
        """End the process that has answered everything; False when it had sent something unasked."""
        if not self.running:
            return True
        if self.last is None:
            self.end()
        try:
            self._answer(self.last, max(1.0, self.clock.left()))
        except Ended:
            self.stop()
            return False
        return self.stop()

    def post(self, message: dict[str, Any], seconds: float) -> int:
        """Send a request; its number."""
        self.number += 1
        self.box.send({**message, "id": self.number}, seconds)
        return self.number

    def _answer(self, number: int | None, seconds: float) -> dict[str, Any]:
        message = self.box.receive(seconds)
        if message.get("id") != number:
            raise Ended("protocol", "the program sent an answer that nobody asked for")
        return message

    def call(self, name: str, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        """One call, now."""
        return self.value(self.post(request(name, arguments, keywords), self.clock.left()))

    def value(self, number: int) -> Any:
        """The plain value that a call returned."""
        answer = self._answer(number, self.clock.left())
        if "raise" in answer:
            raise Raised(answer["raise"])
        if "ok" not in answer:
            raise NeedsSplit(str(answer.get("not", ""))[:200])
        try:
            return Decoder().decode(answer["ok"])
        except Malformed:
            tree = answer["ok"]
            if isinstance(tree, list) and _holds_object(tree):
                raise NeedsSplit("an object") from None
            raise Ended("protocol", "not gradable: the returned value is malformed or too large") from None

    def lost(self, end: Ended) -> None:
        """The process is over, or must be."""
        if end.reason == "timeout":
            self.clock.timeouts += 1
        self.stop()

    def stop(self) -> bool:
        """End the process, whatever it is doing; False when more answers came than were asked for."""
        if not self.running:
            return True
        self.running = False
        tidy = self.box.finish()
        self.printed = (self.printed + self.box.printed)[-(1 << 14) :]
        return tidy


def request(name: str, arguments: list[Any], keywords: dict[str, Any]) -> dict[str, Any]:
    """A call as a message."""
    encoder = Encoder()
    named = {key: encoder.encode(value) for key, value in keywords.items()}
    return {
        "op": "call",
        "f": name,
        "a": [encoder.encode(value) for value in arguments],
        "k": named,
        "tree": True,
    }


def _holds_object(tree: list[Any]) -> bool:
    found = [tree]
    for _ in range(200_000):
        if not found:
            return False
        node = found.pop()
        if node and node[0] == "o":
            return True
        found += [part for part in node[1:] if type(part) is list]
    return False
