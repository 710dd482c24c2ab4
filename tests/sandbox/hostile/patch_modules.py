# trick: puts fakes in the place of every loaded module
# verdict: not pass
import sys, types

for name in list(sys.modules):
    sys.modules[name] = types.ModuleType(name)


def f(x):
    return None
