# trick: raises StopIteration to end the test's loop
# verdict: error
def f(x):
    raise StopIteration
