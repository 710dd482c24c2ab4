# trick: asks for a terabyte
# verdict: memory
# ruff: noqa
def f(x):
    return bytearray(1 << 40)
