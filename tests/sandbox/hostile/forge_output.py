# trick: sends more output with an answer than it may print
# verdict: not pass
import sys

frame = sys._getframe()
while frame and "self" not in frame.f_locals:
    frame = frame.f_back
loop = frame.f_locals["self"] if frame else None


def f(x):
    loop.channel.send({"id": 2, "ok": 0, "out": "x" * (7 << 20)})
    return 4
