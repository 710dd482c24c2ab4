# trick: opens files without end
# verdict: error
def f(x):
    keep = []
    while True:
        keep.append(open("/dev/null"))
