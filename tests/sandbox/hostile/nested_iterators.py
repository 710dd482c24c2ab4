# trick: an iterator of iterators of itself
# verdict: not pass
# tests: cost
class I:
    def __iter__(self):
        return self

    def __next__(self):
        return self

    def __length_hint__(self):
        return 1 << 60


def f(x):
    return I()
