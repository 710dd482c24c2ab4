# trick: returns an endless generator
# verdict: not pass
def f(x):
    while True:
        yield 4
