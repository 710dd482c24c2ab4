"""Who a container or a folder belongs to: the mark that tells, later, whether its owner is dead.

A pid alone could have been used again, and means nothing on another machine or in another PID namespace; so
a mark has the process's start time beside it, and a place. What another place owns is never swept.
"""

from __future__ import annotations

import hashlib
import os
import platform
from pathlib import Path


def owner(pid: int) -> str:
    """A process's identity on this machine: its pid and its start time."""
    return f"{pid}-{start_time(pid)}"


def start_time(pid: int) -> str:
    """When a process started, in kernel ticks; "" where it does not run or there is no /proc."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "" if fields[0] in "ZX" else fields[19]
    except (OSError, IndexError):
        return ""


def place() -> str:
    """Where pids mean what they mean here: this boot and this PID namespace, else this host's name."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        where = f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        where = platform.node()
    return hashlib.sha256(where.encode()).hexdigest()[:12]


def is_dead(mark: str) -> bool:
    """Whether the process of a mark that `owner` made here is gone."""
    pid, _, started = mark.partition("-")
    if not pid.isdigit():
        return False
    if started:
        return start_time(int(pid)) != started
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:
        return False
    return False
