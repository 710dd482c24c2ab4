# trick: makes files without end
# verdict: not pass
def f(x):
    i = 0
    while True:
        open(f"/tmp/n{i}", "w").close()
        i += 1
