# trick: returns a dict whose keys all collide
# verdict: not pass
def f(x):
    return {i * ((1 << 61) - 1): 0 for i in range(1, 60_000)}
