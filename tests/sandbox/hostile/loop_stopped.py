# trick: stops itself
# verdict: timeout
# ruff: noqa
import os, signal


def f(x):
    os.kill(os.getpid(), signal.SIGSTOP)
