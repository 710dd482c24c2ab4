# trick: returns fractions whose sum has a huge denominator
# verdict: not pass
# tests: cost
from fractions import Fraction


def f(x):
    return [Fraction(1, (1 << 1000) + i) for i in range(1, 20_000)]
