# trick: returns tuples that collide in a set and are alike for long
# verdict: not pass
# tests: cost
def f(x):
    m = (1 << 61) - 1
    return [(0.5,) * 300 + (i * m,) for i in range(600)]
