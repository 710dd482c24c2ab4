# trick: prints without end
# verdict: error
# ruff: noqa
def f(x):
    while True:
        print("x" * 1000)
