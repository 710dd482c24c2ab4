"""What the worker does to processes and scratch folders: enter limits, kill, reap, count, wipe."""

from __future__ import annotations

import os
import resource
import signal as signals
import stat
import time
from collections.abc import Iterable, Mapping
from typing import Any

from hrl.sandbox.inside import confine


def enter(channel: int, output: int, alone: bool, folder: str) -> None:
    """In the new process: a session of its own, four descriptors, no hold on the worker."""
    os.setsid()
    signals.pthread_sigmask(signals.SIG_UNBLOCK, [signals.SIGCHLD])
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(channel, 9)
    os.dup2(output, 10)
    os.dup2(null, 0)
    os.dup2(10, 1)
    os.dup2(10, 2)
    os.dup2(9, 3)
    os.closerange(4, 256)
    if alone:
        try:
            with open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
                file.write("1000")
        except OSError:
            pass
    else:
        confine.scope_signals()
    os.chdir(folder)


def bound(limits: dict[str, Any]) -> None:
    """In the new process: the limits of its job."""
    bounds = [
        ("RLIMIT_CORE", 0), ("RLIMIT_CPU", int(limits["cpu"]) + 2), ("RLIMIT_FSIZE", 16 << 20),
        ("RLIMIT_NOFILE", 64), ("RLIMIT_AS", limits["memory"] + (64 << 20)), ("RLIMIT_STACK", 8 << 20),
        ("RLIMIT_MSGQUEUE", 0), ("RLIMIT_MEMLOCK", 1 << 16),
    ]  # fmt: skip
    if limits["nproc"]:
        bounds.append(("RLIMIT_NPROC", limits["nproc"]))
    for name, most in bounds:
        _bound(getattr(resource, name, None), most)


def _bound(which: int | None, bound: int) -> None:
    if which is None:
        return
    hard = resource.getrlimit(which)[1]
    if hard not in (-1, resource.RLIM_INFINITY):
        bound = min(bound, hard)
    try:
        resource.setrlimit(which, (bound, bound))
    except (OSError, ValueError):
        return


def signal(pid: int) -> None:
    """Kill one process or group, if it is still there."""
    try:
        os.kill(pid, signals.SIGKILL)
    except OSError:
        return


def await_child(seconds: float) -> None:
    """Wait until a child has ended, or for so long."""
    if hasattr(signals, "sigtimedwait"):
        signals.sigtimedwait([signals.SIGCHLD], seconds)
    else:
        time.sleep(0.0005)


def reap(pid: int, seconds: float) -> int | None:
    """A child's status, waiting a little for it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            found, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            return None
        if found:
            return status
        time.sleep(0.0005)
    return None


def visible() -> list[int]:
    """Every process that this one can see; none where there is no /proc."""
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208
    except OSError:
        return []


def descendants(pids: list[int], root: int) -> list[int]:
    """Every process below `root`, by the parents that /proc names."""
    parents: dict[int, int] = {}
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123
                parents[pid] = int(file.read().rpartition(b")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue
    found, grown = {root}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return sorted(found - {root})


def resident(pids: list[int]) -> int:
    """The bytes of memory that these processes hold."""
    pages = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/statm", "rb") as file:  # noqa: PTH123
                pages += int(file.read().split()[1])
        except (OSError, IndexError, ValueError):
            continue
    return pages * resource.getpagesize()


def inodes_used(scratch: Iterable[str]) -> list[int]:
    """How many files each scratch folder holds."""
    used = []
    for path in scratch:
        try:
            info = os.statvfs(path)
        except OSError:
            continue
        used.append(info.f_files - info.f_ffree if info.f_files else 0)
    return used


def oom_kills() -> int:
    """How often the kernel has killed in this box for memory."""
    for path in ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"):
        try:
            with open(path) as file:  # noqa: PTH123
                lines = [line.split() for line in file]
        except OSError:
            continue
        return sum(int(parts[1]) for parts in lines if parts[:1] == ["oom_kill"])
    return 0


def used(pid: int) -> tuple[bool, float]:
    """Whether a process wants a processor now, and for how many seconds it has had one."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123
            parts = file.read().rpartition(b")")[2].split()
        return parts[0] == b"R", (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError, ValueError):
        return False, 0.0


def mode(path: str) -> int | None:
    """A folder's permissions; None where there is no folder."""
    try:
        return stat.S_IMODE(os.stat(path).st_mode)  # noqa: PTH116
    except OSError:
        return None


def wipe(scratch: Mapping[str, int | None]) -> bool:
    """Empty the scratch folders without following a link, and give them their permissions back.

    False when something stays.
    """
    for path, permissions in scratch.items():
        if permissions is None:
            continue
        try:
            if mode(path) != permissions:
                os.chmod(path, permissions)  # noqa: PTH101
            for name in os.listdir(path):  # noqa: PTH208
                _remove(f"{path}/{name}")
            if os.listdir(path):  # noqa: PTH208
                return False
        except (OSError, RecursionError):
            return False
    return True


def _remove(path: str) -> None:
    if not stat.S_ISDIR(os.lstat(path).st_mode):
        os.unlink(path)  # noqa: PTH108
        return
    os.chmod(path, 0o700)  # noqa: PTH101
    for name in os.listdir(path):  # noqa: PTH208
        _remove(f"{path}/{name}")
    os.rmdir(path)  # noqa: PTH106
