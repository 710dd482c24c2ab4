# trick: returns a tuple subclass equal to everything
# verdict: fail
class E(tuple):
    def __eq__(self, o):
        return True

    def __ne__(self, o):
        return False

    def __hash__(self):
        return 0

    def __bool__(self):
        return True

    def __sub__(self, o):
        return 0

    __rsub__ = __add__ = __radd__ = __sub__

    def __abs__(self):
        return 0

    def __lt__(self, o):
        return True

    __gt__ = __le__ = __ge__ = __contains__ = __lt__


def f(x):
    return E()
