# trick: the site builtin quit, where there is one
# verdict: error
# ruff: noqa
def f(x):
    quit()
