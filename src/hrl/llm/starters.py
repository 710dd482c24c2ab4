"""Starter code: the function that a prompt leaves open, and the program that a reply makes of it.

A starter such as HumanEval's prompt is imports, sometimes helper functions, and at its end a signature with
a docstring. A reply continues it, or writes the function anew; both become one whole program here, with
the imports and helpers that the starter had.
"""

from __future__ import annotations

import ast
import re

from hrl.llm import fences
from hrl.llm.fences import parses
from hrl.llm.parsing import defines, parse_code
from hrl.llm.programs import bound
from hrl.llm.requests import BrokenReply, CodeReply

_FUTURE = re.compile(r"^from __future__ import .*\n?", re.M)
_WHOLE = re.compile(r"(?:async[ \t]+def|def|class|import|from|@\w+|```|~~~)")
_MAX_ENDS = 24
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def opened(starter: str, name: str) -> str:
    """The starter up to where `name`, its last function, has to be continued; "" where it is not open.

    Open is a function with nothing but a docstring (then the starter comes back as it is) or with a body
    that says nothing, `pass`, `...` or a raised NotImplementedError (which is left out).
    """
    for text in (starter, f"{starter.rstrip()}\n    pass\n"):
        module = parses(text)
        node = module.body[-1] if module and module.body else None
        if not isinstance(node, _DEFINITIONS) or node.name != name:
            continue
        rest = [inner for inner in node.body if not _only_says(inner)]
        if not all(_is_empty(inner) for inner in rest):
            return ""
        if not rest or text is not starter:
            return starter
        lines = text.split("\n")[: rest[0].lineno]
        lines[-1] = lines[-1].encode()[: rest[0].col_offset].decode()
        return "\n".join(lines).rstrip() + "\n"
    return ""


def open_head(starter: str, name: str) -> str:
    """The open function alone, signature and docstring; "" where the starter leaves none open."""
    text = opened(starter, name)
    found = list(re.finditer(rf"^(?:async[ \t]+)?def[ \t]+{re.escape(name)}\b", text, re.M))
    return text[found[-1].start() :] if found else ""


def continued(text: str, reply: str, name: str, *, finish: str = "stop") -> CodeReply | BrokenReply:
    """The program that begins with `text`, an open function, and goes on with the reply.

    The function ends at the first line that is not indented, the first after which the program parses. A
    reply that writes the function anew counts as that. One whose first line lost its indentation on the
    way (servers strip) gets it back. A program that does not parse is handed on for the debug step, unless
    the token limit cut it.
    """
    body = fences.normalised(reply)
    first = next((line for line in body.split("\n") if line.strip()), "")
    if not first:
        return BrokenReply("the reply is empty", reply)
    if _WHOLE.match(first) or (fences.has_fence(body) and not first[0].isspace()):
        anew = parse_code(body, name, finish=finish, signature=open_head(text, name))
        if isinstance(anew, CodeReply) and _defines(anew.code, name):
            return CodeReply(with_starter(anew.code, text, name), anew.truncated)
        return BrokenReply("the reply does not continue the function", reply)
    if not first[0].isspace() and body.startswith(first):
        body = f"    {body}"
    start = text if text.endswith("\n") or body.startswith("\n") else f"{text}\n"
    return _ended(start, body, name, finish, reply)


def with_starter(code: str, starter: str, name: str) -> str:
    """The program after those imports and definitions of the starter that it lacks; `name` stays its own."""
    module = parses(starter) or parses(f"{starter.rstrip()}\n    pass\n")
    own = parses(code)
    known = {thing for node in (own.body if own else []) for thing in bound(node)}
    lines = starter.split("\n")
    kept: list[str] = []
    for node in module.body if module else []:
        if name in bound(node) or bound(node) <= known:
            continue
        first = min([node.lineno, *(mark.lineno for mark in getattr(node, "decorator_list", []))])
        text = "\n".join(lines[first - 1 : node.end_lineno])
        if own is None and text in code:
            continue  # With a syntax error only the text can say what is there.
        gap = "\n\n" if kept and isinstance(node, (*_DEFINITIONS, ast.ClassDef)) else ""
        kept.append(gap + text)
    if not kept:
        return code
    before, future = "\n".join(kept), "".join(_FUTURE.findall(code))
    return f"{future}{before}\n\n\n{_FUTURE.sub('', code) if future else code}".strip("\n") + "\n"


def _ended(start: str, body: str, name: str, finish: str, reply: str) -> CodeReply | BrokenReply:
    lines = body.split("\n")
    ends = [place for place, line in enumerate(lines) if line and not line[0].isspace()]
    for end in [*ends[:_MAX_ENDS], len(lines)]:
        said = "\n".join(lines[:end])
        if not said.strip():
            return BrokenReply("the reply does not continue the function", reply)
        if parses(start + said) is not None:
            return CodeReply(_tidy(start + said), truncated=finish == "length" and end == len(lines))
    if finish == "length" and not ends:
        return BrokenReply(f"the reply ended in the middle of {name}", reply)
    return CodeReply(_tidy(start + "\n".join(lines[: ends[0] if ends else len(lines)])))


def _tidy(code: str) -> str:
    return code.strip("\n").rstrip() + "\n"


def _defines(code: str, name: str) -> bool:
    """Whether it defines the function, or tries to: with a syntax error only the text can say."""
    module = parses(code)
    return defines(module, name) if module else f"def {name}" in code


def _only_says(node: ast.stmt) -> bool:
    """A docstring, or an import before it (HumanEval/115)."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return isinstance(node.value.value, str)
    return isinstance(node, ast.Import | ast.ImportFrom)


def _is_empty(node: ast.stmt) -> bool:
    if isinstance(node, ast.Raise):
        return "NotImplementedError" in ast.dump(node)
    return isinstance(node, ast.Pass) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is Ellipsis
    )
