# trick: returns a list that holds itself
# verdict: not pass
def f(x):
    l = []
    l.append(l)
    return l
