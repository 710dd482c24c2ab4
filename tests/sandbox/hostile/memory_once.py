# trick: asks for a terabyte
# verdict: memory
def f(x):
    return bytearray(1 << 40)
