# trick: returns a function, which is true
# verdict: not pass
# tests: truth
def f(x):
    return lambda *a, **k: f
