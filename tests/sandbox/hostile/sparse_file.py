# trick: makes a file of a terabyte
# verdict: error
def f(x):
    with open("/tmp/big", "wb") as file:
        file.truncate(1 << 40)
    return 4
