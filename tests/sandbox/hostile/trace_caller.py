# trick: a trace function that rewrites the caller's locals
# verdict: fail
import sys


def tracer(frame, event, arg):
    frame.f_locals["result"] = 4
    return tracer


sys.settrace(tracer)


def f(x):
    return 0
