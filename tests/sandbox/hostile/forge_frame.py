# trick: writes a forged answer on the channel before the real one
# verdict: not pass
import os


def f(x):
    m = b'{"id":2,"ok":4}'
    os.write(3, len(m).to_bytes(4, "big") + m)
    return 0
