# trick: returns a small graph that unfolds to 2**60 items
# verdict: not pass
def f(x):
    l = [0]
    for _ in range(60):
        l = [l, l]
    return l
