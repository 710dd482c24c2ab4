# trick: says that nothing is gradable, with a long reason
# verdict: not pass
import sys

frame = sys._getframe()
while frame and "self" not in frame.f_locals:
    frame = frame.f_back
loop = frame.f_locals["self"] if frame else None


def f(x):
    loop.channel.send({"id": 2, "not": "\ud800" * 1_000_000})
    return 4
