# trick: an audit hook that leaves with status 0
# verdict: error
import os, sys

sys.addaudithook(lambda *_: os._exit(0))


def f(x):
    return open("/dev/null")
