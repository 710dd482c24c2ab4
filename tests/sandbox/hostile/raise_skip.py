# trick: raises unittest's SkipTest
# verdict: error
import unittest


def f(x):
    raise unittest.SkipTest("skip me")
