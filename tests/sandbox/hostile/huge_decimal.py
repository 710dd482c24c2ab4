# trick: returns a decimal number of four hundred million digits
# verdict: not pass
# tests: cost
from decimal import Decimal


def f(x):
    return Decimal("1E+400000000")
