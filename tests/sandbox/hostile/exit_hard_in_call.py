# trick: os._exit(0) inside the function
# verdict: error
import os


def f(x):
    os._exit(0)
