# trick: raises StopIteration to end the test's loop
# verdict: error
# ruff: noqa
def f(x):
    raise StopIteration
