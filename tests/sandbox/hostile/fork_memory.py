# trick: children that each take a share of the memory
# verdict: not pass
import os, time


def f(x):
    for _ in range(12):
        try:
            if os.fork() == 0:
                keep = bytearray(100 << 20)
                for i in range(0, len(keep), 4096):
                    keep[i] = 1
                time.sleep(60)
                os._exit(0)
        except OSError:
            pass
    time.sleep(3)
    return 0
