# trick: leaves a thousand nested folders
# verdict: fail
import os


def f(x):
    os.chdir("/tmp")
    for _ in range(1000):
        os.mkdir("d" * 10)
        os.chdir("d" * 10)
    return 0
