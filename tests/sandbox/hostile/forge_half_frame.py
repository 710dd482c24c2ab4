# trick: sends half an answer and waits
# verdict: timeout
import os, time


def f(x):
    os.write(3, (100).to_bytes(4, "big") + b'{"id":2,"ok":')
    time.sleep(1000)
