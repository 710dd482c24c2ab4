"""What is done to a recorded answer before it is graded: nothing, stop words, or sanitizing; and imports.

Each choice moves scores, so each has a name that stands in the report. None of them looks at a test.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Literal

from hrl.llm.fences import parsed_or_line

Cut = Literal["as-is", "stop-words", "sanitize"]
CUTS: dict[Cut, str] = {
    "as-is": "every answer is graded as it was recorded",
    "stop-words": "a completion that continues its prompt ends before the first of HumanEval's stop "
    "sequences (\\nclass, \\ndef, \\n#, \\nif, \\nprint); whole programs stay as they are",
    "sanitize": "of every answer the code block, its longest part that parses, and in it the imports, the "
    "function asked for and what that reaches by name",
}
STOP_WORDS = ("\nclass", "\ndef", "\n#", "\nif", "\nprint")
USUAL_IMPORTS = """import collections
import copy
import datetime
import functools
import hashlib
import heapq
import itertools
import math
import random
import re
import statistics
import string
import sys
from collections import *
from typing import *
"""
_FENCED = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n`]*\n(.*?)(?:^[ \t]*\1[ \t]*$|\Z)", re.M | re.S)
_START = re.compile(r"^(?:async[ \t]+def|def|class|import|from|@|[A-Za-z_]\w*[ \t]*=)", re.M)
_MAX_STARTS = 40
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def defines(text: str, name: str) -> bool:
    """Whether an answer defines the function itself, so that it continues no prompt.

    Decided by its lines alone, because an answer may be cut off: the first line that is neither blank nor a
    comment is not indented, and some line starts with `def NAME`.
    """
    lines = (line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#"))
    first = next(lines, "")
    found = re.search(rf"^(?:async[ \t]+)?def[ \t]+{re.escape(name)}\b", text, re.M)
    return bool(first) and not first[0].isspace() and found is not None


def stop_words(text: str) -> str:
    """The text before the first of HumanEval's stop sequences."""
    places = [place for word in STOP_WORDS if (place := text.find(word)) >= 0]
    return text[: min(places)] if places else text


def sanitize(text: str, entry_point: str) -> str:
    """The entry point with what it needs, as EvalPlus's `sanitize` keeps it.

    The same steps as there, with these differences: Python's own parser reads the code; of several parts
    that parse, one that defines the entry point is preferred; decorated functions and assignments to several
    names are kept; a function without `return` is kept when there is no other of its name.

    Returns:
        The code; where no part defines the entry point, the longest part that parses; "" where none does.
    """
    best = ""
    for block in _blocks(text, entry_point):
        for part, tree in _parts(block):
            if entry_point in _definitions(tree):
                return _reached(part, tree, entry_point)
            best = max(best, part, key=_size)
    return best


def with_usual_imports(program: str) -> str:
    """The imports that some harnesses put in front; behind `from __future__` lines, where there are any."""
    end = 0
    if "__future__" in program:
        body: list[ast.stmt] = getattr(parsed_or_line(program), "body", [])
        futures = (node for node in body if isinstance(node, ast.ImportFrom) and node.module == "__future__")
        end = max((node.end_lineno or 0 for node in futures), default=0)
    lines = program.split("\n")
    return "\n".join([*lines[:end], USUAL_IMPORTS + lines[end], *lines[end + 1 :]])


def _blocks(text: str, entry_point: str) -> list[str]:
    """Fenced blocks, then the whole text; those with the entry point first."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    blocks = [*(match.group(2) for match in _FENCED.finditer(text)), text]
    return sorted(blocks, key=lambda block: f"def {entry_point}" not in block)


def _parts(text: str) -> list[tuple[str, ast.Module]]:
    """Parts that parse, longest first; one from the beginning, and one from each line that may start code."""
    lines = text.split("\n")
    starts = [0, *(text.count("\n", 0, match.start()) for match in _START.finditer(text))]
    found, covered = [], -1
    for start in list(dict.fromkeys(starts))[:_MAX_STARTS]:
        if start < covered:
            continue
        end, tree = _prefix(lines[start:])
        if end and tree is not None:
            covered = start + end
            found.append(("\n".join(lines[start : start + end]) + "\n", tree))
    return sorted(found, key=lambda part: -_size(part[0]))


def _prefix(lines: list[str]) -> tuple[int, ast.Module | None]:
    """How many lines from the first one parse, and their tree."""
    end = len(lines)
    while end > 0:
        found = parsed_or_line("\n".join(lines[:end]))
        if isinstance(found, ast.Module):
            return (end, found) if found.body else (0, None)
        end = min(end - 1, max(0, found - 1))
    return 0, None


def _size(code: str) -> int:
    return sum(1 for line in code.split("\n") if line.strip())


def _names(node: ast.stmt) -> set[str]:
    """What a statement at the top level defines."""
    if isinstance(node, _Function | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    return set()


def _definitions(tree: ast.Module) -> dict[str, ast.stmt]:
    """The first definition of each name; one that returns something goes before one that does not."""
    found: dict[str, ast.stmt] = {}
    for node in tree.body:
        for name in _names(node):
            if name not in found or (_hollow(found[name]) and not _hollow(node)):
                found[name] = node
    return found


def _hollow(node: ast.stmt) -> bool:
    return isinstance(node, _Function) and not any(
        isinstance(inner, ast.Return | ast.Yield | ast.YieldFrom) for inner in ast.walk(node)
    )


def _reached(code: str, tree: ast.Module, entry_point: str) -> str:
    definitions = _definitions(tree)
    reached, waiting = {entry_point}, [entry_point]
    while waiting:
        node = definitions[waiting.pop()]
        used = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
        new = (used | _names(node)) & definitions.keys() - reached
        reached |= new
        waiting += new
    kept = {id(definitions[name]) for name in reached}
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    others = [node for node in tree.body if id(node) in kept]
    return "\n".join(_sources(code, [*imports, *others])) + "\n"


def _sources(code: str, nodes: list[ast.stmt]) -> Iterator[str]:
    lines = code.split("\n")
    for node in nodes:
        source = ast.get_source_segment(code, node) or ""
        decorators = getattr(node, "decorator_list", [])
        if decorators:
            source = "\n".join([*lines[decorators[0].lineno - 1 : node.lineno - 1], source])
        yield source
