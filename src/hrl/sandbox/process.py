"""The backend without any package: namespaces, Landlock, seccomp, limits and an unprivileged uid.

What the kernel gives differs from machine to machine; the first box decides, once, and every later one has
to be as well isolated as that one. Where there are no namespaces a watchdog looks from outside.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Any

from hrl.errors import SandboxUnavailable
from hrl.sandbox.box import Box
from hrl.sandbox.bundle import BOOT, bundle
from hrl.sandbox.inside.confine import SIGNALS_SCOPED, landlock_version
from hrl.sandbox.leftovers import mark, new_folder, sweep_machine
from hrl.sandbox.pipes import NOBODY, PipeLink, interpreter, shown_paths
from hrl.sandbox.watchdog import Watchdog, Watched

_SCRATCH_MB, _SHM_MB = 64, 16
_MARGIN_MB = 128
_ROOM_FOR_TASKS = 512
_WITHOUT_PROC = "no /proc"


class ProcessBackend:
    """Boxes as plain processes of this machine."""

    name = "process"

    def __init__(self, *, namespaces: bool = True) -> None:
        self._python = interpreter()
        self._got: bool | None = None if namespaces and sys.platform == "linux" else False
        self._watchdog = Watchdog()
        self.nproc = True
        sweep_machine()
        if os.geteuid() != 0:
            _hide_supervisor()

    def start(self, memory_mb: int) -> Box:
        """A new box. Only the first may find out that there are no namespaces here."""
        if self._got is None:
            with contextlib.suppress(SandboxUnavailable):
                box = self._start(memory_mb, with_namespaces=True)
                if _has_namespaces(box):
                    self._got = True
                    return box
                box.kill()
            self._got = False
        return self._start(memory_mb, with_namespaces=self._got)

    def _start(self, memory_mb: int, *, with_namespaces: bool) -> Box:
        command = [str(self._python), "-I", "-S", "-c", BOOT, mark()]
        paths = shown_paths(self._python)
        if with_namespaces:
            mounts = {"paths": paths, "scratch_mb": _SCRATCH_MB, "shm_mb": _SHM_MB}
            options: dict[str, Any] = {"watch": True, "mounts": mounts, "readable": ["/"]}
            link, folder = PipeLink(command, drop_root=True), None
        else:
            folder = new_folder(NOBODY if os.geteuid() == 0 else None)
            readable = [*paths, "/proc", "/dev", "/etc"]
            options = {"watch": False, "mounts": None, "readable": readable, "scratch": [str(folder)]}
            link = PipeLink(command, drop_root=True, scratch=folder)
        box = Box(link, bundle(options))
        self._bound(box, link, folder, (memory_mb + _MARGIN_MB) << 20)
        return box

    def _bound(self, box: Box, link: PipeLink, folder: Path | None, memory_bytes: int) -> None:
        """What the box cannot watch itself is watched from here."""
        if folder is not None:
            self._watchdog.watch(Watched(link, link.pid, folder, memory_bytes))
            self.nproc = False  # a job's own limit would count everything that this user runs
            _bound_tasks(link.pid, NOBODY if os.geteuid() == 0 else os.getuid())
        elif _WITHOUT_PROC in box.hello["got"]:
            self._watchdog.watch(Watched(link, _child(link.pid), None, memory_bytes))

    def describe(self, box: Box) -> str:
        """What this machine's kernel really gave, and what follows from what it did not."""
        got = list(box.hello["got"])
        facts = ", ".join([*got, "rlimits", f"uid {box.hello['uid']}"])
        lacks = [] if _has_namespaces(box) else ["namespaces"]
        lacks += [fact for fact in ("Landlock", "seccomp") if fact not in got]
        if not lacks:
            return f"process: {facts}"
        reached = _in_reach(got, box.hello["uid"] == os.geteuid()) if "namespaces" in lacks else ""
        return f"process: {facts}; missing: {', '.join(lacks)}{reached}"

    def close(self) -> None:
        """Stop the watchdog; scratch folders have gone with their boxes."""
        self._watchdog.close()


def _has_namespaces(box: Box) -> bool:
    return any(fact.startswith("namespaces") for fact in box.hello["got"])


def _in_reach(got: list[str], same_user: bool) -> str:
    """What a candidate without namespaces can reach on this machine."""
    reached = ["the list of processes"]
    if "seccomp" not in got:
        reached.append("the network")
    if "Landlock" not in got:
        reached.append("every file of this user" if same_user else "every file that is open to all")
    if same_user and not ("Landlock" in got and landlock_version() >= SIGNALS_SCOPED):
        reached.append("signals to this user's processes")
    return f" (within a candidate's reach: {', '.join(reached)})"


def _bound_tasks(pid: int, uid: int) -> None:
    """A box of this user may start so many tasks more than the user has now."""
    import resource

    if sys.platform != "linux":
        return
    now = sum(_tasks(place, uid) for place in Path("/proc").glob("[0-9]*"))
    most = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    bound = now + _ROOM_FOR_TASKS if most < 0 else min(most, now + _ROOM_FOR_TASKS)
    with contextlib.suppress(OSError, ValueError):
        resource.prlimit(pid, resource.RLIMIT_NPROC, (bound, bound))


def _tasks(process: Path, uid: int) -> int:
    try:
        return len(list((process / "task").iterdir())) if process.stat().st_uid == uid else 0
    except OSError:
        return 0


def _child(pid: int) -> int:
    """The box's first process, whose parent only waits for it."""
    try:
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
    except (OSError, IndexError):
        return pid


def _hide_supervisor() -> None:
    """Make this process's memory and descriptors unreadable to a candidate with the same uid."""
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
