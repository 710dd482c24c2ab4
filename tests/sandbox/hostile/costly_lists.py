# trick: returns many small lists, whose sum costs their square
# verdict: not pass
# tests: cost
def f(x):
    return [[0]] * 150_000
