# trick: an argument of the answer leaves when it is deleted
# verdict: error
import os


class G:
    def __del__(self):
        os._exit(0)


def f(x):
    G()
    return 4
