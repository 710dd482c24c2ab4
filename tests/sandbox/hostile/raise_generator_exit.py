# trick: raises GeneratorExit
# verdict: error
# ruff: noqa
def f(x):
    raise GeneratorExit
