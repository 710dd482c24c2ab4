# trick: returns a list nested a hundred thousand times
# verdict: not pass
def f(x):
    l = []
    for _ in range(100_000):
        l = [l]
    return l
