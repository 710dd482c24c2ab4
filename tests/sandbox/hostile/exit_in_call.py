# trick: sys.exit(0) inside the function
# verdict: error
import sys


def f(x):
    sys.exit(0)
