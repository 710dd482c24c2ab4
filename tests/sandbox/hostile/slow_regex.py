# trick: a catastrophic regular expression
# verdict: timeout
# ruff: noqa
import re


def f(x):
    return re.match(r"(a+)+$", "a" * 60 + "b")
