# trick: an exception hook that leaves with status 0
# verdict: error
import os, sys

sys.excepthook = lambda *_: os._exit(0)


def f(x):
    raise SystemError
