# trick: gives the worker impossible limits
# verdict: fail
import os, resource


def f(x):
    for p in (1, os.getppid()):
        for r in (resource.RLIMIT_CPU, resource.RLIMIT_NOFILE, resource.RLIMIT_AS):
            try:
                resource.prlimit(p, r, (1, 1))
            except OSError:
                pass
    return 0
