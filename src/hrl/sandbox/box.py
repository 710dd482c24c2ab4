"""A running box as the host sees it: frames in and out, two clocks, one job at a time.

How a box is started and killed is the backend's `Link`; what a job's bytes mean is the grader's business.
"""

from __future__ import annotations

import contextlib
import json
import select
import struct
import time
from typing import Any, Protocol

from hrl.errors import SandboxUnavailable
from hrl.sandbox.base import Limits
from hrl.sandbox.inside.codec import pack, unpack
from hrl.sandbox.inside.line import frame
from hrl.sandbox.inside.plain import MAX_FRAME, Malformed

GRACE = 1.5
STARVED = 3.0  # the worker gives back what a busy machine took, up to twice the limit
TAIL = 1 << 14
_START_SECONDS = 60.0
_LOOK_SECONDS = 5.0
_WRITE_SECONDS = 30.0
_CLEAN_SECONDS = 6.5


class Link(Protocol):
    """The two byte streams of one box."""

    def fileno(self) -> int:
        """The descriptor to wait on for bytes from the box."""
        ...

    def write(self, data: bytes, seconds: float) -> None:
        """Send all bytes; OSError when the box is gone, TimeoutError when it does not read."""
        ...

    def read(self) -> bytes:
        """Bytes that are there; b"" when the box has closed its end."""
        ...

    def kill(self) -> None:
        """End the box and everything in it, whatever its state; idempotent."""
        ...

    def alive(self) -> bool:
        """Whether the backend (not this box) still answers: tells a broken box from a broken machine."""
        ...


class BoxLost(Exception):
    """The box ended or stopped answering; it has been killed."""


class Ended(Exception):
    """The job's process is over: `reason` is exit, timeout, memory, flood, protocol or lost."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Box:
    """One worker and, at most, one job in it."""

    def __init__(self, link: Link, bundle: bytes) -> None:
        self.link = link
        self.dead = False
        self.jobs = 0
        self.printed = b""
        self._buffer = bytearray()
        self._unsent = bytearray()
        self._poll = select.poll()
        self._poll.register(self.link.fileno(), select.POLLIN)
        self._clean = True
        self._told = True
        self._unanswered = 0
        self._over: Ended | None = None
        try:
            self.link.write(bundle, _START_SECONDS)
            kind, payload = self._first()
            self.hello: dict[str, Any] = json.loads(payload) if kind == "H" else {}
        except (BoxLost, ValueError, OSError):
            self.kill()
            raise SandboxUnavailable("the sandbox's worker did not start") from None
        if not self.hello:
            self.kill()
            raise SandboxUnavailable("the sandbox's worker did not say hello")

    def _first(self) -> tuple[str, bytes]:
        """The worker's hello, waited for as long as what holds the box answers."""
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                return self._next(min(end, time.monotonic() + _LOOK_SECONDS))
            except TimeoutError:
                if time.monotonic() >= end or not self.link.alive():
                    raise

    def begin(self, role: str, limits: Limits, nproc: int) -> None:
        """Start a job's process; its first message follows with `send`."""
        self._await_clean()
        self.printed, self._over = b"", None
        total = limits.seconds_total or 60.0
        order = {
            "role": role,
            "memory": limits.memory_mb << 20,
            "cpu": max(2.0, total),
            "output": limits.output_bytes,
            "tail": TAIL,
            "nproc": nproc,
        }
        self._clean = self._told = False
        self._unanswered = 0
        self.jobs += 1
        self._put(b"J", json.dumps(order).encode())

    def send(self, message: Any, seconds: float) -> None:
        """One message to the job, which has `seconds` to answer it. It leaves with the next `flush`."""
        self.send_raw(pack(message), seconds)

    def send_raw(self, frame: bytes, seconds: float) -> None:
        """One packed message to the job."""
        self._unanswered += 1
        self._put(b"S", struct.pack(">d", seconds) + frame)

    def end(self) -> None:
        """Let the job end as soon as everything that was sent has been answered."""
        self._told = True
        self._put(b"E", b"")

    def abort(self) -> None:
        """Let the job end now; `finish` or the next `begin` waits for it."""
        if self.dead or self._clean:
            return
        with contextlib.suppress(BoxLost):
            if not self._told or self._unanswered:
                self._told = True
                self._put(b"Q", b"")
            self.flush()

    def flush(self) -> None:
        """Hand everything that was put together to the box, in one piece."""
        if not self._unsent:
            return
        data, self._unsent = bytes(self._unsent), bytearray()
        try:
            self.link.write(data, _WRITE_SECONDS)
        except (OSError, TimeoutError):
            self.kill()
            raise BoxLost("the box is gone") from None

    def receive_raw(self, seconds: float) -> bytes:
        """The job's next message, unread.

        Raises:
            Ended: the job's process is over, or the box had to be killed.
        """
        if self._over is not None:
            raise self._over
        self.flush()
        try:
            while True:
                kind, payload = self._next(time.monotonic() + STARVED * seconds + GRACE)
                if kind == "C":
                    self._unanswered -= 1
                    return payload
                self._other(kind, payload)
        except TimeoutError:
            answers = self.link.alive()
            self.kill()
            if not answers:
                raise BoxLost("what holds the box does not answer") from None
            raise Ended("timeout", "no answer in time") from None

    def receive(self, seconds: float) -> dict[str, Any]:
        """The job's next message; anything but a JSON object is `protocol`."""
        payload = self.receive_raw(seconds)
        try:
            message = unpack(payload)
        except Malformed:
            raise Ended("protocol", "the program sent something that is not an answer") from None
        if not isinstance(message, dict):
            raise Ended("protocol", "the program sent something that is not an answer")
        return message

    def finish(self) -> bool:
        """End the job and wait; False when it had sent something that nobody asked for."""
        self.abort()
        if self.dead:
            return True
        with contextlib.suppress(BoxLost):
            return self._await_clean()
        return True

    def kill(self) -> None:
        """End the box."""
        self.dead = True
        self.link.kill()

    def _await_clean(self) -> bool:
        """Wait until the worker has wiped the last job; kill the box when it cannot."""
        while not self._clean:
            try:
                kind, payload = self._next(time.monotonic() + _CLEAN_SECONDS)
            except TimeoutError:
                self.kill()
                raise BoxLost("the worker could not clean up") from None
            if kind == "R":
                self._clean = True
                if payload != b"1":
                    self.kill()
            elif kind == "O":
                self.printed = (self.printed + payload)[-TAIL:]
            elif kind == "C":
                self._unanswered -= 1
        return self._unanswered >= 0

    def _other(self, kind: str, payload: bytes) -> None:
        if kind == "O":
            self.printed = (self.printed + payload)[-TAIL:]
        elif kind == "X":
            self._over = _ended(json.loads(payload))
            raise self._over
        else:
            self.kill()
            raise Ended("lost", "the worker answered out of turn")

    def _put(self, kind: bytes, payload: bytes) -> None:
        self._unsent += frame(kind, payload)

    def _next(self, deadline: float) -> tuple[str, bytes]:
        """The worker's next frame."""
        while True:
            if len(self._buffer) >= 5:
                size = int.from_bytes(self._buffer[1:5], "big")
                if size > MAX_FRAME + 64:
                    break
                if len(self._buffer) >= 5 + size:
                    kind, payload = chr(self._buffer[0]), bytes(self._buffer[5 : 5 + size])
                    del self._buffer[: 5 + size]
                    return kind, payload
            if not self._poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise TimeoutError
            try:
                data = self.link.read()
            except OSError:
                data = b""
            if not data:
                break
            self._buffer += data
        self.kill()
        raise BoxLost("the box is gone")


def _ended(report: dict[str, Any]) -> Ended:
    reason = str(report["reason"])
    if reason == "timeout":
        return Ended("timeout", "no answer in time")
    if reason == "memory":
        return Ended("memory", "the memory limit was reached")
    if reason == "flood":
        return Ended("flood", "too much output")
    if report["signal"]:
        return Ended("exit", f"the process was ended by signal {report['signal']}")
    return Ended("exit", f"the process left with exit status {report['code']}")
