"""Tasks and scripted answers that the tests of `solve`, `resume`, `runs` and `view` use."""

import json
from pathlib import Path

TASK = """\
# Twice

Write `twice(n)`, which returns two times `n`.

```python tests
assert twice(2) == 4
assert twice(-1) == -2
```

```python hidden
assert twice(0) == 0
```
"""
FIXED = ("--sandbox", "process", "--policy", "debug-3")
"""A sandbox that is everywhere, and a policy whose steps no training changes."""
RIGHT = "def twice(n):\n    return 2 * n\n"
WRONG = "def twice(n):\n    return n + 2\n"


def fenced(code):
    return f"```python\n{code}```\n"


def script(path, *answers):
    """A `scripted:` model; returns its spec."""
    Path(path).write_text(json.dumps(list(answers)), encoding="utf-8")
    return f"scripted:{path}"


def right(path="right.json"):
    return script(path, {"kind": "generate", "text": fenced(RIGHT)})


def repaired(path="repaired.json"):
    return script(path, {"kind": "generate", "text": fenced(WRONG)}, {"kind": "debug", "text": fenced(RIGHT)})


def hopeless(path="hopeless.json"):
    return script(path, {"text": fenced(WRONG)})


def write(name="task.md", text=TASK):
    Path(name).write_text(text, encoding="utf-8")
    return name
