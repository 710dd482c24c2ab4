# trick: an alarm handler that leaves with status 0
# verdict: error
import os, signal, time

signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
signal.setitimer(signal.ITIMER_REAL, 0.05)


def f(x):
    time.sleep(5)
