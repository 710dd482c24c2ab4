# trick: hangs inside one C call
# verdict: timeout
# ruff: noqa
def f(x):
    return sum(iter(int, 1))
