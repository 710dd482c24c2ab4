# trick: a chain of processes, each of which leaves its parent
# verdict: fail
import os, time


def f(x):
    if os.fork() == 0:
        os.setsid()
        for _ in range(3000):
            if os.fork():
                os._exit(0)
        time.sleep(60)
        os._exit(0)
    return 0
