# trick: announces a frame of four gigabytes
# verdict: not pass
import os


def f(x):
    os.write(3, b"\xff\xff\xff\xff")
    return 4
