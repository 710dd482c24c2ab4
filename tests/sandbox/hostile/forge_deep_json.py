# trick: sends JSON that is nested a million times
# verdict: not pass
import os


def f(x):
    m = b'{"id":2,"ok":' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}"
    m = len(m).to_bytes(4, "big") + m
    while m:
        m = m[os.write(3, m) :]
    return 4
