# trick: forks without end
# verdict: not pass
# ruff: noqa
import os


def f(x):
    while True:
        try:
            os.fork()
        except OSError:
            pass
