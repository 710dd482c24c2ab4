"""The standard library's docstrings as passages.

Only modules that a small program is likely to need, and that do nothing when they are imported (no `this`, no
`antigravity`). Docstrings are cut short: a signature and the first paragraphs help, an essay does not.
Exceptions are left out, since every error report names one and "Assertion failed." helps nobody.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from typing import Any

from hrl.retrieval.passages import MAX_CHARACTERS
from hrl.types import Passage

MODULES = (
    *("builtins", "math", "cmath", "re", "itertools", "collections", "statistics", "datetime", "string"),
    *("functools", "heapq", "bisect", "json", "decimal", "fractions", "textwrap", "operator", "random"),
    *("calendar", "copy", "csv", "dataclasses", "difflib", "enum", "hashlib", "base64", "binascii"),
    *("struct", "unicodedata", "graphlib", "numbers", "html", "urllib.parse", "time", "zlib", "array"),
)
# Classes whose methods are worth finding by themselves.
CLASSES = {
    "builtins": ("str", "list", "dict", "set", "frozenset", "tuple", "int", "float", "bytes"),
    "collections": ("Counter", "deque", "defaultdict", "OrderedDict"),
    "datetime": ("date", "datetime", "time", "timedelta"),
    "decimal": ("Decimal",),
    "fractions": ("Fraction",),
    "re": ("Pattern", "Match"),
    "graphlib": ("TopologicalSorter",),
}
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


def library_passages() -> tuple[Passage, ...]:
    """One passage for each public function, class and listed method; the same on every call."""
    return tuple(passage for module in MODULES for passage in _of_module(module))


def _of_module(name: str) -> Iterator[Passage]:
    module = importlib.import_module(name)
    prefix = "" if name == "builtins" else f"{name}."
    for attribute in sorted(getattr(module, "__all__", None) or dir(module)):
        value = getattr(module, attribute, None)
        if attribute.startswith("_") or not callable(value) or _is_exception(value):
            continue
        yield from _entry(f"python:{name}", f"{prefix}{attribute}", value)
        if attribute in CLASSES.get(name, ()):
            for method in sorted(vars(value)):
                if not method.startswith("_"):
                    yield from _entry(
                        f"python:{name}", f"{prefix}{attribute}.{method}", getattr(value, method)
                    )


def _is_exception(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BaseException)


def _entry(source: str, name: str, value: Any) -> Iterator[Passage]:
    doc = inspect.getdoc(value)
    if doc:
        yield Passage(source, name + _parameters(value), _shortened(doc))


def _parameters(value: Any) -> str:
    try:
        shown = ADDRESS.sub("", str(inspect.signature(value)))
    except (ValueError, TypeError):
        return ""
    return shown if len(shown) <= 120 else "(...)"


def _shortened(doc: str) -> str:
    text = ADDRESS.sub("", doc).strip()
    if len(text) <= MAX_CHARACTERS:
        return text
    end = max(text.rfind(stop, 0, MAX_CHARACTERS) for stop in ("\n\n", ". ", ".\n"))
    return text[: end + 1 if end > 0 else MAX_CHARACTERS].rstrip()
