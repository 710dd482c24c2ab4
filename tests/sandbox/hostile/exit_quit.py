# trick: the site builtin quit, where there is one
# verdict: error
def f(x):
    quit()
