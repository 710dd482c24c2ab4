"""Looks, from outside, at boxes that share this machine's processes or files.

It is for boxes without namespaces of their own, where no kernel limit covers the memory, the processes and
the scratch space of a whole job. A job that grows too big is killed; its box goes on. Left out: files that a
job has removed and still holds open, of which only the single size is bounded.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from hrl.sandbox.inside.processes import descendants, resident, visible
from hrl.sandbox.leftovers import kill_descendants, state
from hrl.sandbox.pipes import PipeLink

SCRATCH_BYTES = 64 << 20
SCRATCH_FILES = 4096
PROCESSES = 80
_INTERVAL = 0.1
_STANDSTILL = 0.2


@dataclass(frozen=True, slots=True)
class Watched:
    """One box and its bounds; everything below its `worker` is the job's."""

    link: PipeLink
    worker: int
    folder: Path | None
    memory_bytes: int


class Watchdog:
    """One thread for all boxes of a backend; it starts with the first and ends with `close`."""

    def __init__(self) -> None:
        self._boxes: list[Watched] = []
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def watch(self, box: Watched) -> None:
        """Look after one more box, until it ends."""
        with self._lock:
            self._boxes.append(box)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="hrl-watchdog", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(_INTERVAL):
            with self._lock:
                self._boxes = [box for box in self._boxes if not box.link.ended]
                boxes = list(self._boxes)
            pids = visible()
            for box in boxes:
                _look(box, pids)


def _look(box: Watched, pids: list[int]) -> None:
    job = descendants(pids, box.worker)
    if not _too_big(box, job):
        return
    if not job:
        box.link.kill()
        return
    with _stopped(box.worker):
        # The job that was counted may have ended since; while the worker stands still the next cannot begin.
        if _too_big(box, descendants(visible(), box.worker)):
            kill_descendants(box.worker)


def _too_big(box: Watched, job: list[int]) -> bool:
    return (
        len(job) > PROCESSES
        or resident(job) > box.memory_bytes
        or (box.folder is not None and overfull(box.folder))
    )


@contextmanager
def _stopped(pid: int) -> Iterator[None]:
    """A process that stands still inside the block; one that is gone is no matter."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)
        end = time.monotonic() + _STANDSTILL
        while state(pid) not in ("T", "Z", "") and time.monotonic() < end:
            time.sleep(0.001)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def overfull(folder: Path, most_bytes: int = SCRATCH_BYTES, most_files: int = SCRATCH_FILES) -> bool:
    """Whether a folder holds too much, or hides what it holds."""
    files = size = 0
    hidden: list[OSError] = []
    for root, names, others in os.walk(folder, onerror=hidden.append):
        files += len(names) + len(others)
        for name in others:
            try:
                size += os.lstat(f"{root}/{name}").st_blocks * 512
            except FileNotFoundError:
                continue
            except OSError:
                return True
        if size > most_bytes or files > most_files:
            return True
    return any(isinstance(problem, PermissionError) for problem in hidden)
