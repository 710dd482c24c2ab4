# trick: a process that is the worker's child, not its own
# verdict: fail
import ctypes, os, time


def f(x):
    libc = ctypes.CDLL(None)
    if (
        os.uname().machine == "x86_64"
        and libc.syscall(56, 0x8000 | 17, 0, 0, 0, 0) == 0
    ):
        time.sleep(60)
        os._exit(0)
    return 0
