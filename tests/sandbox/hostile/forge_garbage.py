# trick: writes garbage on the channel
# verdict: not pass
import os


def f(x):
    os.write(3, b"\xff" * 4000)
    return 4
