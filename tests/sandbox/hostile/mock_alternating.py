# trick: an object that is true and false by turns
# verdict: not pass
# tests: truth
class A:
    n = 0

    def __bool__(self):
        A.n += 1
        return A.n % 2 == 1


def f(x):
    return A()
