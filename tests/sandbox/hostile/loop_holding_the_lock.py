# trick: sleeps in C and holds the interpreter's lock
# verdict: timeout
import ctypes


def f(x):
    ctypes.PyDLL(None).sleep(1000)
