# trick: never finishes loading
# verdict: timeout
while True:
    pass
