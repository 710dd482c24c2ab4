# trick: raises an exception with a message of a hundred megabytes
# verdict: not pass
def f(x):
    raise type("E" * 1_000_000, (Exception,), {})("x" * 100_000_000)
