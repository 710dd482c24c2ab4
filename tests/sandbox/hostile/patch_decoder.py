# trick: replaces the question by another before it is answered
# verdict: fail
import sys

frame = sys._getframe()
while frame and "self" not in frame.f_locals:
    frame = frame.f_back
loop = frame.f_locals["self"] if frame else None

receive = type(loop.channel).receive


def forged(self):
    request = receive(self)
    request["a"] = [0]
    return request


type(loop.channel).receive = forged


def f(x):
    return x
