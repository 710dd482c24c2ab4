# trick: children that answer after the job is over
# verdict: not pass
import os, time


def f(x):
    for i in range(4):
        if os.fork() == 0:
            os.setsid()
            time.sleep(0.005 * i)
            for n in range(2, 9):
                m = b'{"id":%d,"ok":%d,"out":""}' % (n, n + 2)
                try:
                    os.write(3, len(m).to_bytes(4, "big") + m)
                except OSError:
                    pass
            os._exit(0)
    return 0
