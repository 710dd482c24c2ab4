# trick: never returns
# verdict: timeout
def f(x):
    while True:
        pass
