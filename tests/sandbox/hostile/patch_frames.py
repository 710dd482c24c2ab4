# trick: rewrites the locals and globals of every caller
# verdict: fail
import sys


def f(x):
    frame = sys._getframe().f_back
    while frame is not None:
        for name in ("result", "answer", "expected", "got"):
            frame.f_locals[name] = frame.f_globals[name] = x + 1
        frame = frame.f_back
    return None
