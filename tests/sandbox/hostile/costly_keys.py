# trick: returns integers that collide in a set
# verdict: not pass
# tests: cost
def f(x):
    return [i * ((1 << 61) - 1) for i in range(1, 100_000)]
