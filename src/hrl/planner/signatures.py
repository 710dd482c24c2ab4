"""Function signatures, read from prose, from code and from the calls that tests make.

A signature is `def name(args) -> result` without a colon. Prose states one as `` `name(a, b)` `` or as
`def name(a, b)`; a call with literal arguments is an example, not a signature.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Iterable

from hrl.types import TestCode, parse_program

_BUILTINS = frozenset(dir(builtins))
_STATED = re.compile(r"(?:\bdef\s+|`(?:def\s+)?)([A-Za-z_]\w*)\s*\(")

# Behind a signature: a colon or a dash, or the end of a sentence. Before it: an item's mark, or such a verb.
_AFTER = re.compile(r"(?:\s*->[^`\n]*)?`?[*\s]*(?:([:\u2014\u2013]|-\s)|\.(?:\s|$))")
_MARKED = re.compile(r"[\s#*+-]*(?:\d+[.)])?[\s*]*")
_WRITE = re.compile(r"\b(?:write|implement|define|create|build|comes|is|need)\W*$", re.I)


def stated_signatures(text: str) -> dict[str, str]:
    """Name → signature of every function that prose or code in `text` states, in order.

    Where a function is mentioned like a call too (`main` returns `f(xs)`), the plainest description wins,
    then the first.
    """
    found: dict[str, str] = {}
    plainness: dict[str, int] = {}
    for match in _STATED.finditer(text):
        name = match.group(1)
        signature = _read(text, match.start(1))
        if signature and name not in _BUILTINS and not keyword.iskeyword(name):
            plain = _plainness(text, match)
            if plain > plainness.get(name, -1):
                found[name], plainness[name] = signature, plain
    return found


def _plainness(text: str, match: re.Match[str]) -> int:
    """How surely a text describes a function at this place: `def`, an item's start, a colon, "write"."""
    before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    end = _closing(text, text.index("(", match.start(1))) or len(text)
    after = _AFTER.match(text, end)
    starts = "def " in match[0] or _MARKED.fullmatch(before) is not None
    return 2 * starts + (2 if after and after[1] else 1 if after else 0) + bool(_WRITE.search(before))


def normal(signature: str, name: str) -> str | None:
    """`signature` in one spelling; None where it is not one of a function called `name`."""
    text = signature.strip().strip("`").rstrip(":").strip()
    text = text if text.startswith(("def ", "async def ")) else f"def {text}"
    try:
        tree = parse_program(f"{text}: ...")
    except (SyntaxError, ValueError):
        return None
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    return _spell(tree.body[0]) if tree.body[0].name == name else None


def code_signatures(code: str) -> dict[str, str]:
    """Name → signature of the top-level functions of a program; empty where it does not parse."""
    return {node.name: _spell(node) for node in functions(code)}


def functions(code: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The top-level functions of a program; none where it does not parse."""
    try:
        tree = parse_program(code)
    except (SyntaxError, ValueError):
        return []
    return [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def called_signature(name: str, tests: Iterable[TestCode]) -> str:
    """A signature with as many parameters as the tests' calls have arguments."""
    calls = [call for test in tests for call in _calls(test, name)]
    plain = [call for call in calls if not any(isinstance(arg, ast.Starred) for arg in call.args)]
    if not plain:
        return f"def {name}(*args)"
    most = max(plain, key=lambda call: len(call.args))
    fewest = min(len(call.args) for call in plain)
    names = [_argument(index) for index in range(len(most.args))]
    parameters = [text if index < fewest else f"{text}=None" for index, text in enumerate(names)]
    keywords = {word.arg for call in plain for word in call.keywords if word.arg}
    parameters += [f"{word}=None" for word in sorted(keywords - set(names))]
    return f"def {name}({', '.join(parameters)})"


def _argument(index: int) -> str:
    return "xyz"[index] if index < 3 else f"x{index}"


def _calls(test: TestCode, name: str) -> list[ast.Call]:
    source = test.source
    if test.kind == "doctest":
        source = "\n".join(
            line.strip()[4:] for line in source.splitlines() if line.strip().startswith(">>> ")
        )
    try:
        tree = parse_program(source)
    except (SyntaxError, ValueError):
        return []
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [node for node in nodes if isinstance(node.func, ast.Name) and node.func.id == name]


def _read(text: str, start: int) -> str | None:
    """The signature that begins with the name at `start`."""
    end = _closing(text, text.index("(", start))
    if end is None:
        return None
    head = " ".join(text[start:end].split())
    name = head.partition("(")[0].strip()
    arrow = re.match(r"\s*->\s*([^`\n]+)", text[end:])
    if arrow:
        for result in (arrow.group(1), arrow.group(1).partition(":")[0], arrow.group(1).split()[0]):
            whole = normal(f"{head} -> {result.strip().rstrip(':.,;')}", name)
            if whole:
                return whole
    return normal(head, name)


def _closing(text: str, opening: int) -> int | None:
    depth = 0
    for index in range(opening, min(len(text), opening + 1000)):
        depth += (text[index] in "([{") - (text[index] in ")]}")
        if depth == 0:
            return index + 1
    return None


def _spell(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    return f"{word} {node.name}({ast.unparse(node.args)}){result}"
