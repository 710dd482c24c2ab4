# trick: opens sockets of every family
# verdict: fail
import socket


def f(x):
    for family in (2, 10, 16, 17, 29, 30, 31, 38, 40, 44):
        for kind in (1, 2, 3, 5):
            try:
                s = socket.socket(family, kind)
                s.close()
                return 4
            except OSError:
                pass
    return 0
