# trick: children that nobody reaps
# verdict: fail
import os


def f(x):
    for _ in range(40):
        try:
            if os.fork() == 0:
                os._exit(0)
        except OSError:
            break
    return 0
