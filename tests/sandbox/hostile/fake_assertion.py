# trick: raises what the tests expect to raise themselves
# verdict: error
def f(x):
    raise AssertionError("expected 4, got 4")
