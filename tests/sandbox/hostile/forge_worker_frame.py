# trick: writes a worker's frame on every descriptor it can find
# verdict: fail
import os

for d in range(64):
    try:
        os.write(d, b"R" + (1).to_bytes(4, "big") + b"1") if d != 3 else None
    except OSError:
        pass


def f(x):
    return 0
