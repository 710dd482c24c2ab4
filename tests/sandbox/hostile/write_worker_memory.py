# trick: writes into the memory of PID 1 and takes its descriptors
# verdict: fail
import ctypes, os


def f(x):
    libc = ctypes.CDLL(None)
    for p in (1, os.getppid()):
        if (
            libc.process_vm_writev(p, None, 0, None, 0, 0) == 0
            or libc.syscall(434, p, 0) >= 0
        ):
            return 4
        try:
            open(f"/proc/{p}/mem", "r+b")
            return 4
        except OSError:
            pass
    return 0
