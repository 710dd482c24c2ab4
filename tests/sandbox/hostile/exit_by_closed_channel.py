# trick: closes the channel and goes on
# verdict: error
import os


def f(x):
    os.close(3)
    return 4
