# trick: looks for the engine's socket
# verdict: fail
import os, socket


def f(x):
    for p in ("/var/run/docker.sock", "/run/docker.sock"):
        try:
            s = socket.socket(socket.AF_UNIX)
            s.connect(p)
            return 4
        except OSError:
            pass
    return 0
