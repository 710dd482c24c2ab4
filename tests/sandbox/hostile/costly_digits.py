# trick: returns a number of digits that round never reaches
# verdict: not pass
# tests: cost
def f(x):
    return -(10**12)
