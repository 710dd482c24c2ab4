# trick: raises GeneratorExit
# verdict: error
def f(x):
    raise GeneratorExit
