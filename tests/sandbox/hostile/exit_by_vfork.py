# trick: leaves from a vforked child that shares its memory
# verdict: not pass
import ctypes, os


def f(x):
    if ctypes.CDLL(None).vfork() == 0:
        os._exit(0)
    return 0
