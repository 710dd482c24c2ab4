# trick: terminates itself through a handler that leaves with status 0
# verdict: error
import os, signal

signal.signal(signal.SIGTERM, lambda *_: os._exit(0))


def f(x):
    os.kill(os.getpid(), signal.SIGTERM)
