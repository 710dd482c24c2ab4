# trick: returns an integer of forty million bits
# verdict: not pass
def f(x):
    return 1 << 40_000_000
