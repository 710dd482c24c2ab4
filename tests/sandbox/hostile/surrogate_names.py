# trick: a class and attributes with names that no encoding accepts
# verdict: not pass
C = type("\ud800", (), {"\udfff": 4})


def f(x):
    return C()
