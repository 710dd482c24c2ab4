"""Who writes a run: an advisory lock on a file in its directory.

The kernel drops the lock when its process dies, even by SIGKILL, so a stale one cannot exist.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from hrl.errors import RunError
from hrl.runs.writing import storage_failure


class RunLock:
    """`with RunLock(path):` — one process at a time; RunError where another holds it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def __enter__(self) -> RunLock:
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as problem:
            raise storage_failure(problem, self._path) from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise RunError(f"the run {self._path.parent.name} is being written by another process") from None
        self._descriptor = descriptor
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def is_locked(path: Path) -> bool:
    """Whether a live process holds the lock; leaves nothing behind."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
