"""The running job as the worker knows it, and the clock of its answers."""

from __future__ import annotations

import time
from typing import Any

from hrl.sandbox.inside import processes


class Job:
    """The running job's process, its two descriptors and its clock."""

    def __init__(self, pid: int, channel: int, output: int, limits: dict[str, Any]) -> None:
        self.pid, self.channel, self.output, self.limits = pid, channel, output, limits
        self.received = bytearray()
        self.unsent = bytearray()
        self.pending = 0
        self.deadline: float | None = None
        self.seconds = 0.0
        self.printed = 0
        self.reason = ""
        self.ended = False
        self.next_look = 0.0
        self.used = 0.0
        self.given_back = False

    def arm(self) -> None:
        """Start the clock of one answer."""
        self.deadline = time.monotonic() + self.seconds
        self.used, self.given_back = processes.used(self.pid)[1], False

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
