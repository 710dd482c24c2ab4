# trick: returns mock.ANY
# verdict: protocol
from unittest import mock


def f(x):
    return mock.ANY
