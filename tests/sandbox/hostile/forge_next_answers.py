# trick: sends the answers to the next questions in advance
# verdict: protocol
import sys

frame = sys._getframe()
while frame and "self" not in frame.f_locals:
    frame = frame.f_back
loop = frame.f_locals["self"] if frame else None


def f(x):
    for i in range(2, 9):
        loop.channel.send({"id": i, "ok": i + 2, "out": ""})
    return 4
