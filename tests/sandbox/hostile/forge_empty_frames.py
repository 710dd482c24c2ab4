# trick: floods the channel with empty frames
# verdict: not pass
import os


def f(x):
    while True:
        os.write(3, b"\0" * 65536)
