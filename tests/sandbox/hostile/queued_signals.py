# trick: queues signals with values for PID 1 and its threads
# verdict: fail
import ctypes, os


def f(x):
    libc = ctypes.CDLL(None)
    tgkill, tkill = {"x86_64": (234, 200), "aarch64": (131, 130)}[os.uname().machine]
    for p in (1, os.getppid()):
        for s in (9, 19, 2, 15, 6, 34):
            libc.sigqueue(p, s, ctypes.c_void_p(1))
            libc.syscall(tkill, p, s)
            libc.syscall(tgkill, p, p, s)
    return 0
