# trick: asks for uid 0
# verdict: fail
import os


def f(x):
    try:
        os.setuid(0)
        return 4
    except OSError:
        return 0
