# trick: kills everything that it may kill
# verdict: error
import os


def f(x):
    os.kill(-1, 9)
    os.kill(os.getpid(), 9)
    return 0
