# trick: children that ignore signals and hold the output
# verdict: fail
import os, signal, time


def f(x):
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            for s in range(1, 65):
                try:
                    signal.signal(s, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
            while True:
                try:
                    os.write(1, b"late ")
                    os.write(2, b"late ")
                except OSError:
                    pass
                time.sleep(0.2)
    return 0
