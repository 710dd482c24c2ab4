"""The running job as the worker knows it, and the clock of its answers."""

from __future__ import annotations

import time
from typing import Any

from hrl.sandbox.inside import processes

_SAMPLE = 0.05  # seconds of processor time that may be missed, to save a look at /proc for each answer


class Job:
    """The running job's process, its two descriptors and its clock.

    Attributes:
        channel: the descriptor of its frames.
        output: the descriptor of what it prints; -1 when that is closed.
        received: bytes of a frame that is not complete yet.
        pending: how many answers are owed.
        deadline: when the answer that is owed next is too late (monotonic seconds); None: nothing is owed.
        seconds: the limit of one answer.
        printed: how many bytes it has printed.
        closing: whether it ends when everything has been answered.
        next_look: when its memory and files are looked at again.
        used: processor seconds when the clock was armed, or a little before, at `sampled`.
        given_back: whether this answer's deadline has been moved.
    """

    def __init__(self, pid: int, channel: int, output: int) -> None:
        self.pid, self.channel, self.output = pid, channel, output
        self.limits: dict[str, Any] = {}
        self.received = bytearray()
        self.unsent = bytearray()
        self.pending = 0
        self.deadline: float | None = None
        self.seconds = 0.0
        self.printed = 0
        self.ended = False
        self.closing = False
        self.next_look = 0.0
        self.used = 0.0
        self.sampled = 0.0
        self.given_back = False

    def arm(self) -> None:
        """Start the clock of one answer."""
        now = time.monotonic()
        self.deadline, self.given_back = now + self.seconds, False
        if now - self.sampled > _SAMPLE:
            self.used, self.sampled = processes.used(self.pid)[1], now

    def starved(self) -> bool:
        """Give back, once, what a busy machine took from a job that computes; at most twice the limit."""
        wants, used = processes.used(self.pid)
        lost = self.seconds - (used - self.used)
        if self.given_back or not wants or lost <= 0.05 * self.seconds or self.deadline is None:
            return False
        self.given_back = True
        share = max(self.seconds - lost, self.seconds / 2) / self.seconds
        self.deadline += lost / share
        return True
