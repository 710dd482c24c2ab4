# trick: returns True for everything
# verdict: fail
def f(x):
    return True
