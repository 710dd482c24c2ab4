# trick: raises an exception whose arguments and traceback are hostile
# verdict: error
import os


class S(str):
    def __str__(self):
        os._exit(0)

    __repr__ = __getitem__ = __len__ = __eq__ = __str__
    __hash__ = str.__hash__


def f(x):
    e = ValueError(S("a"))
    e.args = (S("b"), S("c"))
    e.__context__ = e.__cause__ = None
    raise e
