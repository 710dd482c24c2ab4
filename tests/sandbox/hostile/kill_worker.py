# trick: sends every signal to PID 1 and to its parent
# verdict: fail
import os


def f(x):
    for s in list(range(1, 32)):
        for p in (1, os.getppid()):
            try:
                if p != os.getpid():
                    os.kill(p, s)
            except OSError:
                pass
    return 0
