# trick: recurses without end
# verdict: error
def f(x):
    return f(x + 1)
