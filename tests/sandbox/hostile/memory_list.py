# trick: asks for memory without end
# verdict: memory
def f(x):
    l = []
    while True:
        l.append(bytearray(1 << 25))
