# trick: returns a function
# verdict: not pass
def f(x):
    return lambda: 4
