# trick: returns a view of memory
# verdict: protocol
def f(x):
    return memoryview(b"4")
