# trick: raises a group of exceptions that hold a SystemExit
# verdict: not pass
def f(x):
    raise BaseExceptionGroup("a", [SystemExit(0), KeyboardInterrupt()])
