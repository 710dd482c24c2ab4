# trick: kills itself with SIGKILL
# verdict: error
# ruff: noqa
import os, signal


def f(x):
    os.kill(os.getpid(), signal.SIGKILL)
