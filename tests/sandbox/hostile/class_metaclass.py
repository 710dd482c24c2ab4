# trick: a class whose metaclass lies about instances and attributes
# verdict: not pass
# tests: class
class M(type):
    def __instancecheck__(cls, o):
        return True

    def __getattr__(cls, name):
        return lambda *a: True

    def __eq__(cls, o):
        return True

    __hash__ = type.__hash__


class Stack(metaclass=M):
    def __getattr__(self, name):
        return lambda *a: True
