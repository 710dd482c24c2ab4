# trick: returns a function
# verdict: not pass
# ruff: noqa
def f(x):
    return lambda: 4
