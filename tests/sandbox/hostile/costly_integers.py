# trick: returns integers that are dear to divide and print
# verdict: not pass
# tests: cost
def f(x):
    return 3 ** (600_000 + x)
