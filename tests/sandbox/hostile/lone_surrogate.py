# trick: returns text that no encoding accepts
# verdict: fail
# ruff: noqa
def f(x):
    return "\ud800"
