"""The `Sandbox` over a backend: slots of warm boxes, replaced when anything is off."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from typing import Protocol

from hrl.errors import SandboxUnavailable
from hrl.sandbox.base import Job, Result
from hrl.sandbox.batch import Batch
from hrl.sandbox.box import Box, BoxLost
from hrl.sandbox.grader import grade
from hrl.sandbox.outcomes import outcome, report
from hrl.types import TestCode, TestReport

_JOBS_PER_BOX = 1000
_JOBS_OF_ONE_BOX = 8
_PROBE = Job("def probe(a):\n    return a + 1\n", (TestCode("assert probe(1) == 2"),), "probe")
_PROBE_BAD = Job("def probe(a):\n    return a\n", (TestCode("assert probe(1) == 2"),), "probe")


class Backend(Protocol):
    """Starts boxes of one kind."""

    name: str
    nproc: bool

    def start(self, memory_mb: int) -> Box:
        """A new box; SandboxUnavailable when there can be none."""
        ...

    def describe(self, box: Box) -> str:
        """What isolates a box of this backend, in one line."""
        ...

    def close(self) -> None:
        """Give back what the backend itself holds."""
        ...


class Slot:
    """The boxes of one job at a time: the candidate's and, once a test needs it, the tester's.

    A slot that goes on working gets a second box of each, and takes them in turn: while one makes itself
    ready for its next job, the other has been ready for some time.
    """

    def __init__(self, backend: Backend, memory_mb: int) -> None:
        self._backend, self._memory_mb = backend, memory_mb
        self._boxes: dict[str, list[Box]] = {}
        self._asked: Counter[str] = Counter()
        self.abandoned = False

    def box(self, role: str) -> Box:
        """A box for one job in that role, started or replaced where needed."""
        if self.abandoned:
            raise SandboxUnavailable("the job was abandoned")
        self._asked[role] += 1
        boxes = self._boxes.setdefault(role, [])
        for box in [box for box in boxes if box.dead or box.jobs >= _JOBS_PER_BOX]:
            box.kill()
            boxes.remove(box)
        if len(boxes) < (2 if self._asked[role] > _JOBS_OF_ONE_BOX else 1):
            boxes.insert(0, self._backend.start(self._memory_mb))
        boxes.append(boxes.pop(0))
        return boxes[-1]

    def _all(self) -> list[Box]:
        return [box for boxes in list(self._boxes.values()) for box in list(boxes)]

    def healthy(self) -> bool:
        """Whether the backend behind the boxes still answers."""
        return all(box.link.alive() for box in self._all())

    def discard(self) -> None:
        """End the boxes."""
        for box in self._all():
            box.kill()
        self._boxes.clear()

    def abandon(self) -> None:
        """End the boxes under a job that runs in another thread; this slot starts no more."""
        self.abandoned = True
        self.discard()


class PooledSandbox:
    """See `hrl.sandbox.base.Sandbox`. At most `slots` jobs run at a time; further callers wait."""

    def __init__(self, backend: Backend, *, slots: int, memory_mb: int) -> None:
        self.backend = backend.name
        self.isolation = ""
        self._backend, self._memory_mb = backend, memory_mb
        self._free: list[Slot] = []
        self._all: list[Slot] = []
        self._slots = slots
        self._room = threading.Semaphore(slots)
        self._lock = threading.Lock()
        self._closed = False

    def run(self, job: Job) -> TestReport:
        """Grade one job; see the protocol."""
        with self._slot() as slot:
            return self._report(slot, job)

    def run_many(self, jobs: Iterable[Job]) -> Generator[tuple[int, Result]]:
        """Grade jobs on every slot at once; each job's place and result, as they are ready.

        `jobs` is read only as fast as results are taken: it may be longer than memory. A job that the
        sandbox could not grade comes back as its SandboxUnavailable, never as a failed test; the others go
        on. Leaving the iterator early ends the jobs that still run.
        """
        return Batch(jobs, self._slots, self._slot, self._report).results()

    def _report(self, slot: Slot, job: Job) -> TestReport:
        return replace(self._grade(slot, job), backend=self.backend, isolation=self.isolation)

    def _grade(self, slot: Slot, job: Job) -> TestReport:
        """Grade; a lost box is tried once more, and then a probe tells the program from the machine."""
        for _ in range(2):
            try:
                found = self._once(slot, job)
            except BoxLost:
                if self._closed or not slot.healthy():
                    slot.discard()
                    raise SandboxUnavailable(f"the {self.backend} sandbox stopped while a job ran") from None
                slot.discard()
                continue
            if found.verdict == "timeout" and not slot.healthy():
                slot.discard()
                raise SandboxUnavailable(f"the {self.backend} sandbox does not answer any more")
            return found
        try:
            self._probe(slot)
        except BoxLost:
            raise SandboxUnavailable(f"the {self.backend} sandbox loses its boxes") from None
        names = [code.source.strip().splitlines()[0][:200] for code in job.tests if code.source.strip()]
        note = "the program broke its box twice"
        return report([outcome(name, "protocol", "", note) for name in names or ["load"]], b"", 0.0)

    def _once(self, slot: Slot, job: Job) -> TestReport:
        memory = min(job.limits.memory_mb, self._memory_mb)
        limits = replace(job.limits, memory_mb=memory)
        bounded = replace(job, limits=limits)
        return grade(bounded, slot.box("candidate"), lambda: slot.box("tester"), self._backend.nproc)

    def _probe(self, slot: Slot) -> None:
        good, bad = self._once(slot, _PROBE), self._once(slot, _PROBE_BAD)
        if good.verdict != "pass" or bad.verdict != "fail":
            reasons = f"{good.verdict} {good.message} / {bad.verdict} {bad.message}"
            raise SandboxUnavailable(f"the {self.backend} sandbox gives wrong verdicts ({reasons})")

    def open(self) -> None:
        """Start the first box and let a canary fly: a program that must pass and one that must fail."""
        try:
            with self._slot() as slot:
                self._probe(slot)
                self.isolation = self._backend.describe(slot.box("candidate"))
        except BoxLost:
            self.close()
            raise SandboxUnavailable(f"the {self.backend} sandbox loses its boxes") from None
        except BaseException:
            self.close()
            raise

    @contextlib.contextmanager
    def _slot(self) -> Iterator[Slot]:
        with self._room:
            with self._lock:
                if self._closed:
                    raise SandboxUnavailable("the sandbox is closed")
                slot = self._free.pop() if self._free else self._new_slot()
            try:
                yield slot
            except BaseException:
                slot.discard()
                raise
            finally:
                self._give_back(slot)

    def _give_back(self, slot: Slot) -> None:
        with self._lock:
            keep = not (self._closed or slot.abandoned)
            if keep:
                self._free.append(slot)
            else:
                self._all.remove(slot)
        if not keep:
            slot.discard()

    def _new_slot(self) -> Slot:
        slot = Slot(self._backend, self._memory_mb)
        self._all.append(slot)
        return slot

    def close(self) -> None:
        """End every box; jobs that still run raise SandboxUnavailable."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            slots = list(self._all)
        for slot in slots:
            slot.discard()
        self._backend.close()

    def __enter__(self) -> PooledSandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
