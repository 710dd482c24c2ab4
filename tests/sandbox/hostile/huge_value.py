# trick: returns a value of a hundred million items
# verdict: not pass
def f(x):
    return range(10**12)
