"""What boxes without an engine may leave on this machine, and how it goes: processes and scratch folders.

Both carry the mark of their owner in plain sight, a process among its arguments and a folder in its name, so
that the next start finds those of dead owners.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

from hrl.sandbox.inside.processes import descendants, visible
from hrl.sandbox.owners import is_dead, owner, place

_PREFIX = "hrl-box"


def mark() -> str:
    """The text that marks what belongs to this process."""
    return f"{_PREFIX}-{place()}-{owner(os.getpid())}"


def new_folder(uid: int | None) -> Path:
    """An empty folder of this machine for one box, which `uid` may write to."""
    folder = Path(tempfile.mkdtemp(prefix=f"{mark()}-"))
    if uid is not None:
        os.chown(folder, uid, uid)
    return folder


def remove_folder(folder: Path) -> None:
    """Remove a folder and what a candidate has left in it, whatever its permissions; no link is followed."""
    for root, names, _ in os.walk(folder):
        for path in [Path(root), *(Path(root) / name for name in names)]:
            if not path.is_symlink():
                with contextlib.suppress(OSError):
                    path.chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def kill_descendants(root: int) -> None:
    """Kill everything below a process, until nothing is left or a second has passed."""
    end = time.monotonic() + 1.0
    while time.monotonic() < end:
        if not sum(_kill(pid) for pid in descendants(visible(), root)):
            return
        time.sleep(0.005)


def state(pid: int) -> str:
    """A process's state as /proc names it (`R`, `T`, `Z`, ...); "" where there is no process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError, UnicodeDecodeError):
        return ""


def sweep_machine() -> int:
    """End the processes and remove the folders that dead owners have left; how many there were."""
    swept = sum(_kill(pid) for pid in visible() if _is_dead_box(pid))
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}-*"):
        if _of_dead_owner(folder.name.rpartition("-")[0]) and not folder.is_symlink():
            remove_folder(folder)
            swept += not folder.exists()
    return swept


def _is_dead_box(pid: int) -> bool:
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return False
    return any(_of_dead_owner(argument) for argument in arguments[-2:])


def _of_dead_owner(text: str) -> bool:
    start = f"{_PREFIX}-{place()}-"
    return text.startswith(start) and is_dead(text.removeprefix(start))


def _kill(pid: int) -> bool:
    """Whether there was a process to kill that had not ended already."""
    if state(pid) in ("Z", ""):
        return False
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        return False
    return True
