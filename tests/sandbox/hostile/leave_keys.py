# trick: leaves a key in the keyring of its user
# verdict: fail
import ctypes, os


def f(x):
    libc, number = (
        ctypes.CDLL(None),
        {"x86_64": 248, "aarch64": 217}[os.uname().machine],
    )
    return 4 if libc.syscall(number, b"user", b"note", b"secret", 6, -4) >= 0 else 0
