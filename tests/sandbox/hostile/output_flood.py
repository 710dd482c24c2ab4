# trick: prints without end
# verdict: error
def f(x):
    while True:
        print("x" * 1000)
