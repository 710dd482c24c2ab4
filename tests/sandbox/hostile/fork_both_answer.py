# trick: two processes that both go on answering
# verdict: not pass
import os


def f(x):
    os.fork()
    return 0
