# trick: overrides the module's class so that attributes lie
# verdict: fail
import sys, types


class L(types.ModuleType):
    def __getattribute__(self, n):
        return lambda *a: 4


sys.modules["solution"] = L("solution")


def f(x):
    return 0
