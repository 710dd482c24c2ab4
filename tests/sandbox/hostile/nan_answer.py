# trick: returns nan
# verdict: fail
def f(x):
    return float("nan")
