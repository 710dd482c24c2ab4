"""Takes from the kernel, inside the box and before any job, what needs no package: Landlock, seccomp, prctl.

Everything here is inherited by every job. Each part that the kernel refuses is left out of the answer, so
that the report can say exactly what holds. System call numbers are those of x86_64 and of aarch64.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct

_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _PR_SET_CHILD_SUBREAPER = 4, 22, 38, 36
SIGNALS_SCOPED = 6  # the first version of Landlock that holds signals back
_ARCHES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_DENIED = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "unshare": (272, 97), "setns": (308, 268), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "semget": (64, 190), "semop": (65, 193),
    "semctl": (66, 191), "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187),
    "mq_open": (240, 180), "mq_unlink": (241, 181), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424), "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225),
    "acct": (163, 89), "settimeofday": (164, 170), "clock_settime": (227, 112), "quotactl": (179, 60),
    "syslog": (103, 116), "memfd_create": (319, 279), "fanotify_init": (300, 262), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432),
    "fspick": (433, 433), "mount_setattr": (442, 442), "process_madvise": (440, 440),
    "migrate_pages": (256, 238), "move_pages": (279, 239), "process_mrelease": (448, 448),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "setxattrat": (463, 463),
    "sync": (162, 81), "syncfs": (306, 267), "quotactl_fd": (443, 443), "kexec_file_load": (320, 294),
    "adjtimex": (159, 171), "clock_adjtime": (305, 266), "sethostname": (170, 161),
    "setdomainname": (171, 162), "vhangup": (153, 58), "open_tree_attr": (467, 467),
    "file_setattr": (469, 469),
}  # fmt: skip
# Allowed only with these values of their arguments: what a process may set for itself, it may not for others.
_CHECKED: dict[str, tuple[tuple[int, int], dict[int, int]]] = {
    "prlimit64": ((302, 261), {0: 0}),
    "sched_setaffinity": ((203, 122), {0: 0}), "sched_setscheduler": ((144, 119), {0: 0}),
    "sched_setparam": ((142, 118), {0: 0}), "sched_setattr": ((314, 274), {0: 0}),
    "setpriority": ((141, 140), {0: 0, 1: 0}), "ioprio_set": ((251, 30), {0: 1, 1: 0}),
}  # fmt: skip
_CLONE, _CLONE3, _SOCKET = (56, 220), (435, 435), (41, 198)
_UNIX, _NO_FAMILY = 1, 0xFFFFFFFF
_NEW_NAMESPACES = 0x7E020000
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ALLOW, _EPERM, _ENOSYS, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
_LOAD, _EQUAL, _SET, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06


def libc() -> ctypes.CDLL:
    """The C library of this process."""
    return ctypes.CDLL(None, use_errno=True)


def close_doors(readable: list[str], writable: list[str]) -> list[str]:
    """Make this process unreadable to its children, and lock it and them in; the names of what was got.

    Where not everything may be read, the box shares the machine's files, and so its unix sockets (the Docker
    engine's is one): there jobs get socket pairs only.
    """
    library, got = libc(), []
    library.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    if library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0:
        got.append("non-dumpable")
    if library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return got
    got.append("no-new-privileges")
    if readable and _landlock(library, readable, writable):
        got.append("Landlock")
    if _seccomp(library, _UNIX if "/" in readable else _NO_FAMILY):
        got.append("seccomp")
    return got


def _program(arch: tuple[int, int], family: int) -> bytes:
    """A BPF filter: deny by number, and look at the arguments of clone and of what `checked` names."""
    column, audit = arch
    checked = {**_CHECKED, "socket": (_SOCKET, {0: family})}
    code: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, 4), (_EQUAL, 1, 0, audit), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0),
    ]  # fmt: skip
    code += [(_AT_LEAST, 0, 1, 0x40000000), (_RETURN, 0, 0, _EPERM)]
    for numbers in _DENIED.values():
        code += [(_EQUAL, 0, 1, numbers[column]), (_RETURN, 0, 0, _EPERM)]
    code += [(_EQUAL, 0, 1, _CLONE3[column]), (_RETURN, 0, 0, _ENOSYS)]
    code += [(_EQUAL, 0, 4, _CLONE[column]), (_LOAD, 0, 0, 16), (_SET, 0, 1, _NEW_NAMESPACES)]
    code += [(_RETURN, 0, 0, _EPERM), (_RETURN, 0, 0, _ALLOW)]
    for numbers, values in checked.values():
        code += [(_EQUAL, 0, 3 * len(values) + 1, numbers[column])]
        for place, value in values.items():
            code += [(_LOAD, 0, 0, 16 + 8 * place), (_EQUAL, 1, 0, value), (_RETURN, 0, 0, _EPERM)]
        code += [(_RETURN, 0, 0, _ALLOW)]
    code += [(_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("HBBI", *step) for step in code)


def _seccomp(library: ctypes.CDLL, family: int) -> bool:
    arch = _ARCHES.get(platform.machine())
    if arch is None:
        return False
    program = _program(arch, family)
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    return bool(library.prctl(_PR_SET_SECCOMP, 2, ctypes.c_char_p(header), 0, 0) == 0)


def scope_signals() -> bool:
    """In a job's process: a Landlock domain of its own, from which it cannot signal the worker.

    The worker and its jobs share the worker's domain, and without a PID namespace nothing else keeps a job's
    signals from the worker. False where the kernel's Landlock cannot.
    """
    if landlock_version() < SIGNALS_SCOPED:
        return False
    library = libc()
    ruleset = _ruleset(library, struct.pack("QQQ", 0, 0, 3))
    return ruleset >= 0 and _restrict(library, ruleset)


def landlock_version() -> int:
    """The kernel's version of Landlock; below 1 where there is none."""
    return int(libc().syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1))


def _ruleset(library: ctypes.CDLL, attribute: bytes) -> int:
    text = ctypes.c_char_p(attribute)
    return int(library.syscall(_CREATE_RULESET, text, ctypes.c_size_t(len(attribute)), 0))


def _restrict(library: ctypes.CDLL, ruleset: int) -> bool:
    done = library.syscall(_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return bool(done)


def _landlock(library: ctypes.CDLL, readable: list[str], writable: list[str]) -> bool:
    """Landlock: read and execute below `readable`, everything below `writable`, nothing elsewhere."""
    version = landlock_version()
    if version < 1:
        return False
    rights = (1 << 13) - 1
    rights |= (1 << 13 if version >= 2 else 0) | (1 << 14 if version >= 3 else 0)
    network, scopes = (3 if version >= 4 else 0), (3 if version >= SIGNALS_SCOPED else 0)
    size = 24 if version >= SIGNALS_SCOPED else 16 if version >= 4 else 8
    ruleset = _ruleset(library, struct.pack("QQQ", rights, network, scopes)[:size])
    if ruleset < 0:
        return False
    read_rights = 1 | 1 << 2 | 1 << 3
    file_rights = 1 | 1 << 1 | 1 << 2 | rights & 1 << 14
    for path, allowed in [*((p, read_rights) for p in readable), *((p, rights) for p in writable)]:
        _allow(library, ruleset, path, allowed if os.path.isdir(path) else allowed & file_rights)  # noqa: PTH112
    return _restrict(library, ruleset)


def _allow(library: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    library.syscall(_ADD_RULE, ruleset, 1, ctypes.c_char_p(struct.pack("=Qi", rights, place)), 0)
    os.close(place)
