# trick: waits for a pipe that nobody writes
# verdict: timeout
import os


def f(x):
    r, w = os.pipe()
    return os.read(r, 1)
