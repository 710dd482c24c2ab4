# trick: mounts, renames and changes the root
# verdict: fail
import ctypes, os


def f(x):
    libc = ctypes.CDLL(None)
    calls = (
        libc.mount(b"none", b"/tmp", b"tmpfs", 0, None),
        libc.umount2(b"/proc", 2),
        libc.chroot(b"/tmp"),
        libc.sethostname(b"other", 5),
    )
    try:
        os.rename("/tmp", "/dev/shm/tmp")
        return 4
    except OSError:
        return 4 if 0 in calls else 0
