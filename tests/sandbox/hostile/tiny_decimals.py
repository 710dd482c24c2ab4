# trick: returns decimal numbers with a far exponent in a list
# verdict: not pass
# tests: cost
from decimal import Decimal


def f(x):
    return [Decimal("1E-400000000"), Decimal("1E+400000000")]
