# trick: returns text that a careless test would run
# verdict: fail
def f(x):
    return "__import__('os')._exit(0) or 4"
