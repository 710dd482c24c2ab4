# trick: an object that becomes any number
# verdict: not pass
# tests: numbers
class E:
    def __float__(self):
        return 4.5

    def __int__(self):
        return 4

    __index__ = __int__

    def __round__(self, n=None):
        return 4.5

    def __eq__(self, o):
        return True

    def __format__(self, how):
        return "4.5"

    def __hash__(self):
        return hash(4.5)

    def __lt__(self, o):
        return True

    __gt__ = __le__ = __ge__ = __lt__


def f(x):
    return E()
