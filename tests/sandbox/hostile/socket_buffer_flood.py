# trick: fills the kernel's socket buffers
# verdict: not pass
import socket


def f(x):
    keep = []
    try:
        while True:
            a, b = socket.socketpair()
            a.setblocking(False)
            keep.append((a, b))
            try:
                while a.send(b"x" * 65536):
                    pass
            except BlockingIOError:
                pass
    except OSError:
        return 0
