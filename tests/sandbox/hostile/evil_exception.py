# trick: raises an exception whose __str__ and __class__ lie
# verdict: error
class X(Exception):
    def __str__(self):
        import os

        os._exit(0)

    __repr__ = __str__


def f(x):
    raise X("a", 1)
