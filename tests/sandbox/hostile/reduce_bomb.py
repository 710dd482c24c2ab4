# trick: returns an object that runs code when it is unpickled
# verdict: protocol
import os


class P:
    def __reduce__(self):
        return (os._exit, (0,))


def f(x):
    return P()
