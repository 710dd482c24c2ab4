# trick: writes to standard error without end
# verdict: error
import os


def f(x):
    while True:
        os.write(2, b"x" * 65536)
