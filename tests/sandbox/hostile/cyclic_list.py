# trick: returns a list that holds itself
# verdict: not pass
# ruff: noqa
def f(x):
    l = []
    l.append(l)
    return l
