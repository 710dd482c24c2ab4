# trick: returns a list that is too large to cross
# verdict: not pass
def f(x):
    return [0] * 3_000_000
