# trick: raises a class called SkipTest made on the spot
# verdict: error
def f(x):
    raise type("SkipTest", (Exception,), {})("x")
