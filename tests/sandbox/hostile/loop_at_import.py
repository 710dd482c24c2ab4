# trick: never finishes loading
# verdict: timeout
# ruff: noqa
while True:
    pass
