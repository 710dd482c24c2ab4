# trick: makes message queues and System V segments
# verdict: fail
import ctypes, os


def f(x):
    libc = ctypes.CDLL(None)
    for i in range(100):
        if libc.shmget(i + 1, 1 << 20, 0o1777) >= 0 or libc.msgget(i + 1, 0o1777) >= 0:
            return 4
        try:
            os.close(os.open(f"/dev/mqueue/q{i}", os.O_CREAT | os.O_RDWR))
            return 4
        except OSError:
            pass
    return 0
