# trick: a profile function that leaves
# verdict: error
import os, sys


def f(x):
    sys.setprofile(lambda *a: os._exit(0))
    len([])
    return 0
