# trick: stops its whole process group
# verdict: timeout
import os, signal


def f(x):
    if os.fork() == 0:
        os.kill(0, signal.SIGSTOP)
    os.kill(0, signal.SIGSTOP)
