# trick: opens files without end
# verdict: error
# ruff: noqa
def f(x):
    keep = []
    while True:
        keep.append(open("/dev/null"))
