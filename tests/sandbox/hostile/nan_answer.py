# trick: returns nan
# verdict: fail
# ruff: noqa
def f(x):
    return float("nan")
