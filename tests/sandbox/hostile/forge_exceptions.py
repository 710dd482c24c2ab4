# trick: answers with exceptions that are malformed
# verdict: not pass
import sys

frame = sys._getframe()
while frame and "self" not in frame.f_locals:
    frame = frame.f_back
loop = frame.f_locals["self"] if frame else None

PARTS = [
    None,
    [],
    [1, 2, 3, 4],
    ["a", "object", "", 0],
    ["a", "SystemExit", "", "x"],
    ["a" * 10**6] * 4,
]


def f(x):
    for i in range(2, 40):
        loop.channel.send({"id": i, "raise": PARTS[x % 6]})
        loop.channel.receive()
