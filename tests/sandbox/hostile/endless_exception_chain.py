# trick: raises an exception with an endless chain of causes
# verdict: error
def f(x):
    a, b = ValueError("a"), ValueError("b")
    a.__cause__, b.__cause__ = b, a
    raise a
