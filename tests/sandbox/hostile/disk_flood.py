# trick: fills the scratch folder
# verdict: not pass
def f(x):
    for i in range(10000):
        with open(f"/tmp/{i}", "wb") as h:
            h.write(b"x" * (8 << 20))
