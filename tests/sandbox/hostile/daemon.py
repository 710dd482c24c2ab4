# trick: leaves a daemon in a session of its own
# verdict: fail
import os, time


def f(x):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        time.sleep(60)
        os._exit(0)
    return 0
