# trick: opens pipes and socket pairs without end
# verdict: error
import os, socket


def f(x):
    keep = []
    while True:
        keep.append(os.pipe())
        keep.append(socket.socketpair())
