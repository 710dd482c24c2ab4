"""Linux namespaces without any package: user, PID, mount, network, IPC, UTS, and a small read-only root.

Left out: everything that needs root on the machine. Where the kernel refuses the first step nothing has
changed and the answer is empty, so that the caller can say what is missing.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from typing import Any

from hrl.sandbox.inside.confine import libc

_NEW = {
    "user": 0x10000000, "PID": 0x20000000, "mount": 0x00020000, "network": 0x40000000, "IPC": 0x08000000,
    "UTS": 0x04000000, "cgroup": 0x02000000,
}  # fmt: skip
_RDONLY, _NOSUID, _NODEV, _NOEXEC, _BIND, _REC, _PRIVATE = 1, 2, 4, 8, 4096, 16384, 1 << 18
_REMOUNT, _NOATIME, _NODIRATIME, _RELATIME = 32, 1024, 2048, 1 << 21
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV, _AT_RECURSIVE, _AT_FDCWD = 1, 2, 4, 0x8000, -100
_MOUNT_SETATTR, _CAPBSET_DROP, _CAP_AMBIENT, _CLEAR_ALL = 442, 24, 47, 4
_NUMBERS = {"x86_64": (155, 126), "aarch64": (41, 91)}
_DEVICES = ("null", "zero", "full", "random", "urandom")
_BASE = "/tmp"


def enter(mounts: dict[str, Any]) -> list[str]:
    """Become PID 1 of new namespaces with a small root; the names of what was got.

    Args:
        mounts: `paths` to show read-only, `scratch_mb` for /tmp and `shm_mb` for /dev/shm.
    """
    library = libc()
    uid, gid = os.getuid(), os.getgid()
    if os.uname().sysname != "Linux" or library.unshare(sum(_NEW.values())) != 0:
        return []
    try:
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{uid} {uid} 1")
        _write("/proc/self/gid_map", f"{gid} {gid} 1")
    except OSError:
        os._exit(71)
    child = os.fork()
    if child:
        os.close(0)
        os.close(1)
        os.waitpid(child, 0)
        os._exit(0)
    got = ["namespaces (" + ", ".join(_NEW) + ")"]
    try:
        got += _root(library, mounts)
    except OSError as problem:
        os.write(2, f"the small root failed: {problem}\n".encode())
        os._exit(72)
    library.sethostname(b"box", 3)
    _drop(library)
    return got


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:  # noqa: PTH123
        file.write(text)


def _mount(
    library: Any, source: str, target: str, kind: str | None, flags: int, data: str | None = None
) -> None:
    encoded = [None if part is None else part.encode() for part in (source, target, kind, data)]
    if library.mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(flags), encoded[3]) != 0:
        problem = ctypes.get_errno()
        raise OSError(problem, os.strerror(problem), target)


def _read_only(library: Any, path: str, flags: int) -> None:
    """Make one mount read-only, without set-uid and devices; with those below it when `flags` says so."""
    attribute = struct.pack("QQQQ", _ATTR_RDONLY | _ATTR_NOSUID | _ATTR_NODEV, 0, 0, 0)
    place = ctypes.c_char_p(path.encode())
    if library.syscall(_MOUNT_SETATTR, _AT_FDCWD, place, flags, ctypes.c_char_p(attribute), 32) == 0:
        return
    problem = ctypes.get_errno()
    if problem != errno.ENOSYS:
        raise OSError(problem, os.strerror(problem), path)
    for below in _mounts(path) if flags else [path]:
        _remount(library, below)


def _remount(library: Any, path: str) -> None:
    """The way of kernels before 5.12: one mount at a time, with the flags that it already has."""
    has = os.statvfs(path).f_flag
    kept = has & (_NOSUID | _NODEV | _NOEXEC | _NOATIME | _NODIRATIME)
    kept |= _RELATIME if has & os.ST_RELATIME else 0
    _mount(library, "none", path, None, _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV | kept)


def _mounts(path: str) -> list[str]:
    with open("/proc/self/mountinfo") as file:  # noqa: PTH123
        places = [line.split()[4] for line in file]
    return [place for place in places if place == path or place.startswith(path + "/")]


def _root(library: Any, mounts: dict[str, Any]) -> list[str]:
    """Build the new root on a tmpfs, pivot into it, and make it read-only.

    A container that hides parts of its own /proc may not mount another: the box then has none.
    """
    got = ["read-only root"]
    _mount(library, "none", "/", None, _REC | _PRIVATE)
    _mount(library, "tmpfs", _BASE, "tmpfs", _NOSUID | _NODEV, "size=1m,mode=755")
    for path in mounts["paths"]:
        _show(library, path)
    os.mkdir(f"{_BASE}/dev")  # noqa: PTH102
    for name in _DEVICES:
        _show(library, f"/dev/{name}", read_only=False)
    for path, size in (("/dev/shm", mounts["shm_mb"]), ("/tmp", mounts["scratch_mb"])):
        os.makedirs(_BASE + path, exist_ok=True)  # noqa: PTH103
        options = f"size={size}m,nr_inodes=4096,mode=1777"
        _mount(library, "tmpfs", _BASE + path, "tmpfs", _NOSUID | _NODEV | _NOEXEC, options)
    os.mkdir(f"{_BASE}/proc")  # noqa: PTH102
    try:
        _mount(library, "proc", f"{_BASE}/proc", "proc", _NOSUID | _NODEV | _NOEXEC)
    except PermissionError:
        got.append("no /proc")
    os.chdir(_BASE)
    pivot = _NUMBERS[os.uname().machine][0]
    if library.syscall(pivot, ctypes.c_char_p(b"."), ctypes.c_char_p(b".")) != 0:
        raise OSError(ctypes.get_errno(), "pivot_root")
    if library.umount2(b".", 2) != 0:
        raise OSError(ctypes.get_errno(), "umount2")
    os.chdir("/")
    _read_only(library, "/", 0)
    return got


def _show(library: Any, path: str, read_only: bool = True) -> None:
    """One path of the old root in the new one: a link as a link, the rest as a bind mount."""
    target = _BASE + path
    os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
    if os.path.islink(path):  # noqa: PTH114
        os.symlink(os.readlink(path), target)  # noqa: PTH115, PTH211
        return
    if os.path.isdir(path):  # noqa: PTH112
        os.makedirs(target, exist_ok=True)  # noqa: PTH103
    elif os.path.exists(path):  # noqa: PTH110
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    else:
        return
    _mount(library, path, target, None, _BIND | _REC)
    if read_only:
        _read_only(library, target, _AT_RECURSIVE)


def _drop(library: Any) -> None:
    """Give up every capability, in every set."""
    library.prctl(_CAP_AMBIENT, _CLEAR_ALL, 0, 0, 0)
    for number in range(64):
        library.prctl(_CAPBSET_DROP, number, 0, 0, 0)
    header = ctypes.c_char_p(struct.pack("=Ii", 0x20080522, 0))
    library.syscall(_NUMBERS[os.uname().machine][1], header, ctypes.c_char_p(bytes(24)))
