# trick: returns a dict with thousands of equal-looking keys
# verdict: not pass
def f(x):
    return {float("nan"): i for i in range(10_000)}
