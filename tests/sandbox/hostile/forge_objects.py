# trick: answers with trees of objects that do not exist
# verdict: not pass
import sys

frame = sys._getframe()
while frame and "self" not in frame.f_locals:
    frame = frame.f_back
loop = frame.f_locals["self"] if frame else None


def f(x):
    names = ["int", "float", "a\0b", "\ud800", "n" * 100_000, "generator", "bool"]
    name = names[x % 7]
    tree = [
        "o",
        "held",
        10**30,
        name,
        ["__call__", "__eq__", "__class__"],
        "object",
        None,
    ]
    loop.channel.send({"id": 2, "ok": tree, "out": ""})
    while True:
        request = loop.channel.receive()
        loop.channel.send({"id": request["id"], "ok": tree, "out": ""})
