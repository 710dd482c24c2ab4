# trick: aborts, with a core dump if it may
# verdict: error
import os, resource


def f(x):
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30))
    except ValueError:
        pass
    os.abort()
