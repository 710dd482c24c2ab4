# trick: writes to descriptor 1 without end
# verdict: error
import os


def f(x):
    while True:
        os.write(1, b"x" * 65536)
