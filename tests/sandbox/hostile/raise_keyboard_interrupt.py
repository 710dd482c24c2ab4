# trick: raises KeyboardInterrupt
# verdict: error
# ruff: noqa
def f(x):
    raise KeyboardInterrupt
