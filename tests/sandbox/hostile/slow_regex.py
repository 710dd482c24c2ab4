# trick: a catastrophic regular expression
# verdict: timeout
import re


def f(x):
    return re.match(r"(a+)+$", "a" * 60 + "b")
