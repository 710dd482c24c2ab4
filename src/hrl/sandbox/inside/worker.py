"""The box's first process: forks one job at a time, relays its bytes, keeps its clock, cleans up after it.

It decides nothing about a test. Frames from the host: `J` start a job, `S` eight bytes of seconds and then
bytes for the job, `E` end the job when everything sent has been answered, `Q` end it now. To the host: `H`
hello, `C` one frame that the job sent, `O` what it printed, `X` how it ended, `R` cleaned up or not, once for
each job.

The next job's process is forked before its order comes, when nothing of an earlier job is left.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import struct
import sys
import time
from typing import Any

from hrl.sandbox.inside import confine, namespaces, processes, spare
from hrl.sandbox.inside.channel import write
from hrl.sandbox.inside.clock import Job
from hrl.sandbox.inside.line import Line, frame
from hrl.sandbox.inside.plain import MAX_FRAME

_WATCH = 0.1
_HELD = 2  # milliseconds that answers wait for the ones after them, when the job ends with the last
_MAX_INODES = 4096


class Worker:
    """Serves jobs from standard input until it closes."""

    def __init__(self, options: dict[str, Any], roles: Any, warm_up: Any) -> None:
        self.options, self.roles, self.warm_up = options, roles, warm_up
        self.alone = os.getpid() == 1
        self.job: Job | None = None
        self.spare: Job | None = None
        self.host = Line()
        self.scratch = {path: processes.mode(path) for path in options["scratch"]}
        self.oom_kills = processes.oom_kills()

    def serve(self) -> None:
        """Handle frames and the job's bytes until the host goes away."""
        while True:
            for kind, payload in self.host.frames():
                self._handle(kind, payload)
            self._wait()
            if self.job is not None and self.job.closing and (self.job.ended or self.job.pending <= 0):
                self._finish()

    def _handle(self, kind: bytes, payload: bytes) -> None:
        job = self.job
        if kind == b"J":
            self.job = self._start(json.loads(payload))
        elif job is None:
            return
        elif kind == b"S":
            job.seconds = struct.unpack(">d", payload[:8])[0]
            job.arm()
            job.pending += 1
            job.unsent += payload[8:]
        elif kind == b"E":
            job.closing = True
        elif kind == b"Q":
            self._finish()

    def _wait(self) -> None:
        job, poll = self.job, select.poll()
        if job is None or not job.closing:
            self.host.flush()
        if job is None and self.spare is None:
            self.spare = self._fork()
        poll.register(0, select.POLLIN)
        timeout = None
        if job is not None and not job.ended:
            poll.register(job.channel, select.POLLIN | (select.POLLOUT if job.unsent else 0))
            if job.output >= 0:
                poll.register(job.output, select.POLLIN)
            timeout = self._time_left(job) * 1000
        ready = dict(poll.poll(timeout if not self.host.unsent else _HELD))
        if not ready and self.host.unsent:
            self.host.flush()
            ready = dict(poll.poll(timeout))
        if 0 in ready and not self.host.read():
            self._kill_all()
            os._exit(0)
        if job is not None and not job.ended:
            if job.output in ready:
                self._read_output(job)
            if job.channel in ready:
                self._relay(job, ready[job.channel])
            self._check(job)

    def _time_left(self, job: Job) -> float:
        if job.deadline is None:
            return _WATCH
        return max(0.0, min(_WATCH, job.deadline - time.monotonic()))

    def _read_output(self, job: Job) -> None:
        data = os.read(job.output, 1 << 16)
        if not data:
            os.close(job.output)
            job.output = -1
            return
        room = max(0, job.limits["tail"] - job.printed)
        job.printed += len(data)
        if room:
            self.host.put(b"O", data[:room])
        if job.printed > job.limits["output"]:
            self._stop(job, "flood")

    def _relay(self, job: Job, events: int) -> None:
        if events & select.POLLOUT and job.unsent:
            try:
                del job.unsent[: os.write(job.channel, job.unsent[: 1 << 16])]
            except BlockingIOError:
                pass
            except OSError:
                job.unsent.clear()
        if events & (select.POLLIN | select.POLLHUP):
            try:
                data = os.read(job.channel, 1 << 18)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self._stop(job, "exit")
                return
            job.received += data
            self._forward(job)

    def _forward(self, job: Job) -> None:
        while len(job.received) >= 4:
            size = int.from_bytes(job.received[:4], "big")
            if size > MAX_FRAME:
                self._stop(job, "flood")
                return
            if len(job.received) < 4 + size:
                return
            self.host.put(b"C", bytes(job.received[4 : 4 + size]))
            del job.received[: 4 + size]
            job.pending -= 1
            job.deadline = None
            if job.pending > 0:
                job.arm()

    def _check(self, job: Job) -> None:
        if job.ended:
            return
        if job.deadline is not None and time.monotonic() >= job.deadline:
            if not job.starved():
                self._stop(job, "timeout")
        elif self.options["watch"] and self._too_big(job):
            self._stop(job, "memory")

    def _too_big(self, job: Job) -> bool:
        now = time.monotonic()
        if now < job.next_look:
            return False
        job.next_look = now + _WATCH
        if processes.resident(self._others()) > job.limits["memory"]:
            return True
        return any(used > _MAX_INODES for used in processes.inodes_used(self.scratch))

    def _others(self) -> list[int]:
        """Every process that belongs to the job."""
        pids = processes.visible()
        return [pid for pid in pids if pid != 1] if self.alone else processes.descendants(pids, os.getpid())

    def _stop(self, job: Job, reason: str) -> None:
        """End the job's processes and say how it ended."""
        job.ended = True
        status: int | None = None
        if reason == "exit":
            status = processes.reap(job.pid, 0.5)
        self._kill_all()
        if job.output >= 0 and reason != "flood":
            self._drain(job)
        report: dict[str, Any] = {"reason": reason, "signal": 0, "code": 0}
        if status is not None:
            report["signal"], report["code"] = status & 0x7F, status >> 8
            kills = processes.oom_kills()
            if report["signal"] == signal.SIGKILL and kills != self.oom_kills:
                report["reason"] = "memory"
            elif report["signal"] == signal.SIGXCPU:
                report["reason"] = "timeout"
        self.oom_kills = processes.oom_kills()
        self.host.put(b"X", json.dumps(report).encode())

    def _drain(self, job: Job) -> None:
        os.set_blocking(job.output, False)
        try:
            data = os.read(job.output, 1 << 16)
        except OSError:
            return
        room = max(0, job.limits["tail"] - job.printed)
        if room and data:
            self.host.put(b"O", data[:room])

    def _finish(self) -> None:
        """End the job, clean up after it, and say whether that worked."""
        job, self.job = self.job, None
        if job is None:
            return
        if not job.ended:
            self._last_words(job)
        for descriptor in (job.channel, job.output):
            if descriptor >= 0:
                os.close(descriptor)
        clean = self._kill_all(job)
        self.host.put(b"R", b"1" if clean and processes.wipe(self.scratch) else b"0")

    def _last_words(self, job: Job) -> None:
        """Forward what the job sent and printed without being asked: the host counts it against it."""
        self._kill_all()
        try:
            while data := os.read(job.channel, 1 << 18):
                job.received += data
                self._forward(job)
        except OSError:
            pass
        if job.received and not job.ended:
            self.host.put(b"C", b"!")
        if job.output >= 0:
            self._drain(job)

    def _kill_all(self, job: Job | None = None) -> bool:
        """Kill and reap every process of the job; False when some survive for two seconds."""
        end = time.monotonic() + 2.0
        while time.monotonic() < end:
            self._kill(job or self.job)
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:
                return True
            processes.await_child(0.005)
        return False

    def _kill(self, job: Job | None) -> None:
        if self.alone:
            processes.signal(-1)
            return
        if job is not None:
            processes.signal(-job.pid)
        for pid in self._others():
            processes.signal(pid)

    def _fork(self) -> Job:
        return spare.fork(self.roles, self.warm_up, self.alone, next(iter(self.scratch)))

    def _start(self, limits: dict[str, Any]) -> Job:
        """Give the process that waits its order."""
        job, self.spare = self.spare or self._fork(), None
        job.limits = limits
        order = json.dumps(limits).encode()
        job.unsent += len(order).to_bytes(4, "big") + order
        job.sampled = time.monotonic()
        job.next_look = job.sampled + _WATCH
        return job


def main(options: dict[str, Any], roles: Any, warm_up: Any) -> None:
    """Close the doors, say hello, serve."""
    facts = namespaces.enter(options["mounts"]) if options["mounts"] else []
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    for name in options["preload"]:
        __import__(name)
    facts += confine.close_doors(options["readable"], [*options["scratch"], "/dev/null"])
    gc.collect()
    gc.freeze()
    hello = {"pid": os.getpid(), "uid": os.getuid(), "got": facts, "python": sys.version.split()[0]}
    write(1, frame(b"H", json.dumps(hello).encode()))
    Worker(options, roles, warm_up).serve()
