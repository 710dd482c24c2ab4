# trick: returns a class whose metaclass equals everything
# verdict: not pass
class M(type):
    def __eq__(self, o):
        return True

    __hash__ = None


class C(metaclass=M):
    pass


def f(x):
    return C
