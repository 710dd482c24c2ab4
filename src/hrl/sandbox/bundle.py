"""The text that starts a box's worker: the files of `inside`, sent over the box's standard input."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

_FILES = (
    "plain", "scalars", "codec", "text", "confine", "namespaces", "processes", "clock", "channel", "line",
    "spare", "program", "raising", "candidate", "proxies", "stubs", "shim", "guards", "judging", "names",
    "cases", "examples", "tester", "worker",
)  # fmt: skip
SCRATCH = ("/tmp", "/dev/shm")
PRELOAD = (
    "ast", "bisect", "collections", "copy", "dataclasses", "datetime", "decimal", "doctest", "enum",
    "fractions", "functools", "heapq", "inspect", "itertools", "json", "math", "operator", "random", "re",
    "reprlib", "socket", "statistics", "string", "struct", "time", "traceback", "types", "typing", "unittest",
)  # fmt: skip

# Runs as `python -I -S -c BOOT`: reads a size, then that many bytes of JSON, and nothing beyond them.
BOOT = """
import os
def exactly(size):
    data = b""
    while len(data) < size:
        more = os.read(0, size - len(data))
        if not more:
            os._exit(0)
        data += more
    return data
import json
bundle = json.loads(exactly(int(exactly(8), 16)))
exec(compile(bundle["start"], "start", "exec"))
"""

START = """
import sys, types
for name in ("hrl", "hrl.sandbox", "hrl.sandbox.inside"):
    package = sys.modules[name] = types.ModuleType(name)
    package.__path__ = []
for name, source in bundle["files"]:
    module = types.ModuleType("hrl.sandbox.inside." + name)
    sys.modules[module.__name__] = module
    setattr(sys.modules["hrl.sandbox.inside"], name, module)
    exec(compile(source, name + ".py", "exec"), module.__dict__)
from hrl.sandbox.inside import candidate, tester, worker
roles = {"candidate": candidate.run, "tester": tester.run}
worker.main(bundle["options"], roles, candidate.warm_up)
"""


@cache
def _sources() -> tuple[tuple[str, str], ...]:
    folder = resources.files("hrl.sandbox.inside")
    return tuple((name, (folder / f"{name}.py").read_text(encoding="utf-8")) for name in _FILES)


def bundle(options: dict[str, Any]) -> bytes:
    """What a box reads first."""
    text = json.dumps(
        {"start": START, "files": _sources(), "options": {"preload": PRELOAD, "scratch": SCRATCH, **options}}
    )
    data = text.encode("ascii")
    return f"{len(data):08x}".encode() + data
