# trick: raises KeyboardInterrupt
# verdict: error
def f(x):
    raise KeyboardInterrupt
