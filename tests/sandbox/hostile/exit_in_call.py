# trick: sys.exit(0) inside the function
# verdict: error
# ruff: noqa
import sys


def f(x):
    sys.exit(0)
