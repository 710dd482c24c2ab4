# trick: returns text that no encoding accepts
# verdict: fail
def f(x):
    return "\ud800"
