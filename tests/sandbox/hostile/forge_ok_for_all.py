# trick: answers every question with yes from its own loop
# verdict: not pass
import sys

frame = sys._getframe()
while frame and "self" not in frame.f_locals:
    frame = frame.f_back
loop = frame.f_locals["self"] if frame else None


def serve(self=loop):
    channel = self.channel
    while True:
        request = channel.receive()
        channel.send(
            {
                "id": request["id"],
                "ok": True,
                "stop": True,
                "raise": None,
                "after": [],
                "out": "",
            }
        )


def f(x):
    loop.channel.send({"id": 2, "ok": True})
    serve()
