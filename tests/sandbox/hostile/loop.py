# trick: never returns
# verdict: timeout
# ruff: noqa
def f(x):
    while True:
        pass
