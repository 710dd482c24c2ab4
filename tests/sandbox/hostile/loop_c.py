# trick: hangs inside one C call
# verdict: timeout
def f(x):
    return sum(iter(int, 1))
