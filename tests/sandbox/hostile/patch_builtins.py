# trick: replaces comparison helpers in builtins
# verdict: not pass
import builtins

for n in (
    "abs",
    "len",
    "all",
    "any",
    "isinstance",
    "sorted",
    "bool",
    "int",
    "list",
    "type",
):
    setattr(builtins, n, lambda *a, **k: True)


def f(x):
    return None
