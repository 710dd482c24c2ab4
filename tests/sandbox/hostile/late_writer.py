# trick: a child process that answers later
# verdict: not pass
import os, time


def f(x):
    if os.fork() == 0:
        time.sleep(0.01)
        m = b'{"id":3,"ok":5}'
        os.write(3, len(m).to_bytes(4, "big") + m)
        os._exit(0)
    return 0
