# trick: replaces itself by a program that succeeds
# verdict: error
import os


def f(x):
    os.execv("/bin/true", ["true"])
