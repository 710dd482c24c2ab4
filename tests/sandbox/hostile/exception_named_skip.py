# trick: raises a class called SkipTest made on the spot
# verdict: error
# ruff: noqa
def f(x):
    raise type("SkipTest", (Exception,), {})("x")
