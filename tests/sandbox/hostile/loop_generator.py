# trick: a generator that never yields
# verdict: not pass
def f(x):
    while x:
        pass
    yield 4
