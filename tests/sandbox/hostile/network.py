# trick: connects to the outside
# verdict: fail
import socket


def f(x):
    for host in ("127.0.0.1", "1.1.1.1"):
        for port in (22, 53, 80, 2375):
            try:
                socket.create_connection((host, port), 0.2)
                return 4
            except OSError:
                pass
    return 0
