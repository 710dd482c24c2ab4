# trick: returns an endless generator
# verdict: not pass
# ruff: noqa
def f(x):
    while True:
        yield 4
