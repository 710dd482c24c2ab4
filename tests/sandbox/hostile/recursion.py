# trick: recurses without end
# verdict: error
# ruff: noqa
def f(x):
    return f(x + 1)
