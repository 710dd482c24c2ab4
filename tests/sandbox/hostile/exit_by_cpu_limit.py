# trick: lowers its own processor limit to nothing
# verdict: not pass
import resource


def f(x):
    resource.setrlimit(resource.RLIMIT_CPU, (1, 1))
    while True:
        pass
