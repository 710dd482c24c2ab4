# trick: raises an exception whose class lies about everything
# verdict: error
import os


class M(type):
    def __instancecheck__(cls, o):
        os._exit(0)

    __subclasscheck__ = __getattr__ = __instancecheck__

    @property
    def __name__(cls):
        os._exit(0)


class X(Exception, metaclass=M):
    pass


def f(x):
    raise X("a")
