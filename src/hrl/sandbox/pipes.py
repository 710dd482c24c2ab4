"""Boxes that are processes of this machine: their link, their interpreter, and who they run as."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from hrl.errors import SandboxUnavailable
from hrl.sandbox.leftovers import kill_descendants, remove_folder

NOBODY = 65534
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin"}


class PipeLink:
    """A child process's standard streams.

    Args:
        scratch: a folder of this machine that goes with the box.
    """

    def __init__(self, command: Sequence[str], *, drop_root: bool, scratch: Path | None = None) -> None:
        self._scratch, self._killing = scratch, threading.Lock()
        who = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if drop_root and os.geteuid() == 0 else {}
        try:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                cwd="/",
                env=ENVIRONMENT,
                start_new_session=True,
                **who,  # type: ignore[call-overload]
            )
        except OSError as problem:
            self._tidy()
            raise SandboxUnavailable(f"{command[0]} cannot be started: {problem.strerror}") from None
        self._in: int = self._process.stdin.fileno()
        self._out: int = self._process.stdout.fileno()
        os.set_blocking(self._in, False)

    def fileno(self) -> int:
        """The box's standard output."""
        return self._out

    def write(self, data: bytes, seconds: float) -> None:
        """Send all bytes."""
        deadline, view = time.monotonic() + seconds, memoryview(data)
        while view:
            try:
                view = view[os.write(self._in, view) :]
            except BlockingIOError:
                poll = select.poll()
                poll.register(self._in, select.POLLOUT)
                if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                    raise TimeoutError from None

    def read(self) -> bytes:
        """What is there."""
        return os.read(self._out, 1 << 18)

    def kill(self) -> None:
        """Close the streams: the worker ends when its input ends, and with PID 1 its whole namespace."""
        with self._killing:
            if self.ended:
                return
            self._hang_up()
            try:
                self._process.wait(timeout=2.0)
            except subprocess.TimeoutExpired:
                kill_descendants(self._process.pid)
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):
                    stream.close()
            self._tidy()

    def _tidy(self) -> None:
        if self._scratch is not None:
            remove_folder(self._scratch)

    def _hang_up(self) -> None:
        """Put the null device in the pipes' places: a thread that still waits on them finds an end."""
        null = os.open(os.devnull, os.O_RDWR)
        with contextlib.suppress(OSError):
            os.dup2(null, self._in)
            os.dup2(null, self._out)
        os.close(null)

    def alive(self) -> bool:
        """This machine answers."""
        return True

    @property
    def ended(self) -> bool:
        """Whether the box has been killed."""
        return bool(self._process.stdin.closed)

    @property
    def pid(self) -> int:
        """The process that was started; the worker, or its parent."""
        return int(self._process.pid)


def interpreter() -> Path:
    """A Python that the box's user can read: this one, else the system's."""
    own = Path(getattr(sys, "_base_executable", sys.executable) or sys.executable).resolve()
    found = shutil.which("python3", path="/usr/bin:/usr/local/bin:/bin")
    for path in [own, *([Path(found).resolve()] if found else [])]:
        if os.geteuid() != 0 or _open_to_all(path):
            return path
    raise SandboxUnavailable("no Python interpreter is readable by an unprivileged user: install python3")


def _open_to_all(path: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in [path, *path.parents])


def shown_paths(python: Path) -> list[str]:
    """What a box needs to see, read-only: system libraries and the interpreter's own files."""
    paths = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc/ld.so.cache"]
    prefix = python.parent.parent
    if not python.is_relative_to("/usr") and prefix != Path("/"):
        paths += [str(python), str(prefix / "lib"), str(prefix / "lib64")]
    return [path for path in paths if Path(path).exists()]
