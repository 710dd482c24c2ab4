"""Replies become values: the program that was asked for, or self-written tests.

Small models break every format, so this is tolerant: prose around code, missing or unclosed fences,
reasoning, shell prompts, replies cut by the token limit. What it never does is guess at a program's
meaning: it renames nothing and completes nothing. Code with a syntax error that ended on its own is
handed on, because the sandbox's SyntaxError is what a debug step needs to see.
"""

from __future__ import annotations

import ast
import builtins
import re
import textwrap
from collections.abc import Iterable, Iterator

from hrl.llm import fences
from hrl.llm.fences import Piece, parsed_or_line, parses
from hrl.llm.programs import bound, finished, loaded
from hrl.llm.requests import BrokenReply, CodeReply, TestsReply

MAX_TESTS = 12
_CONTINUES = re.compile(r"^(?:[ \t)\]}#'\"]|else\b|elif\b|except\b|finally\b|$)")


def parse_code(text: str, name: str, *, finish: str = "stop", signature: str = "") -> CodeReply | BrokenReply:
    """The program in a reply that was asked for the function `name`.

    Args:
        text: the raw reply.
        name: the function (or class) that the program has to define.
        finish: `length` when the token limit cut the reply.
        signature: put before a reply that is only the function's body; may have a docstring under it.
    """
    body = fences.normalised(text)
    if not body.strip():
        return BrokenReply("the reply is empty", text)
    pieces = [*fences.fenced(body), *fences.bare(body)]
    closed = list(_whole((piece for piece in pieces if piece.closed), name))
    code = _best(closed, name) if closed else next(_whole(pieces, name), None)
    if code is not None:
        cut = finish == "length" and not closed and _is_last(code, name)
        return CodeReply(finished(_with_earlier(code, pieces, name), name), truncated=cut)
    return (
        _cut(pieces, name, finish)
        or _completed(body, name, signature, finish)
        or _elsewhere(pieces, name)
        or _unparsed(pieces, name, text, finish)
    )


def parse_tests(text: str, name: str) -> TestsReply | BrokenReply:
    """Self-written tests: the asserts of a reply that parse on their own and call `name`."""
    body = fences.normalised(text)
    imports: dict[str, None] = {}
    asserts: dict[str, None] = {}
    for module in _modules(body):
        known = _imported(module, imports) | {name} | set(dir(builtins))
        for node in ast.walk(module):
            if isinstance(node, ast.Assert) and _calls(node, name) and _free_names(node) <= known:
                asserts[ast.unparse(node)] = None
    if not asserts:
        return BrokenReply(f"the reply has no assert that calls {name}", text)
    used = {node for test in asserts for node in re.findall(r"\w+", test)}
    lines = [line for line in imports if used & set(re.findall(r"\w+", line))]
    return TestsReply("\n".join([*lines, *list(asserts)[:MAX_TESTS]]) + "\n")


def defines(module: ast.Module, name: str) -> bool:
    """Whether a module defines `name` at its top level, as a function, a class or a value."""
    return any(name in bound(node) for node in module.body)


def function_name(signature: str) -> str:
    """`def name(args) -> result` → `name`; "" when it is no signature."""
    match = re.match(r"\s*(?:async\s+)?(?:def|class)\s+(\w+)", signature)
    return match.group(1) if match else ""


def _whole(pieces: Iterable[Piece], name: str) -> Iterator[str]:
    """Pieces (or repairs of them) that parse as they are and define `name`."""
    for piece in pieces:
        for code in fences.repairs(piece.code) if name in piece.code else ():
            module = parses(code)
            if module is not None and defines(module, name):
                yield code
                break


def _best(closed: list[str], name: str) -> str:
    """The last block whose function is no mere stub."""
    real = [code for code in closed if not _is_stub(code, name)]
    return (real or closed)[-1]


def _cut(pieces: Iterable[Piece], name: str, finish: str) -> CodeReply | None:
    """The longest run of whole top-level statements from a piece's start that still defines `name`."""
    best = ""
    for piece in pieces:
        for code in fences.repairs(piece.code) if name in piece.code else ():
            best = max(best, _prefix(code, name), key=len)
    return CodeReply(finished(best, name), truncated=finish == "length") if best else None


def _prefix(code: str, name: str) -> str:
    lines = code.split("\n")
    while lines:
        found = parsed_or_line("\n".join(lines))
        if isinstance(found, ast.Module):
            return "\n".join(lines) if defines(found, name) else ""
        # The statement with the error goes, and so do the lines that it continues.
        end = min(found, len(lines)) - 1
        while end > 0 and _CONTINUES.match(lines[end]):
            end -= 1
        lines = lines[:end]
    return ""


def _completed(text: str, name: str, signature: str, finish: str) -> CodeReply | None:
    """A reply that is only the body, as base models give it, under the signature asked for."""
    if function_name(signature) != name:
        return None
    signature = signature.strip()
    head = f"{signature}\n" if "\n" in signature else f"{signature.rstrip(':')}:\n"
    for piece in [*fences.fenced(text), Piece(text, closed=False)]:
        lines = piece.code.strip("\n").split("\n")
        body = [lines, _reindented(lines)]
        for lines in (lines for lines in body if lines and lines[0].startswith((" ", "\t"))):
            end = next((i for i, line in enumerate(lines) if line and not line[0].isspace()), len(lines))
            code = head + "\n".join(lines[:end])
            if parses(code) is not None:
                cut = finish == "length" and end == len(lines)
                return CodeReply(finished(code, name), truncated=cut)
    return None


def _reindented(lines: list[str]) -> list[str]:
    """A body that lost its indentation, in its first line or in all of them; [] where it is no body."""
    if not lines[0].strip() or lines[0][0].isspace():
        return []
    module = parses("\n".join(lines))
    if module is not None:
        # Only in a function's body does a `return` stand there.
        whole = any(isinstance(node, ast.Return) for node in _outside_functions(module))
        return textwrap.indent("\n".join(lines), "    ").split("\n") if whole else []
    end = next((i for i, line in enumerate(lines[1:], 1) if line and not line[0].isspace()), len(lines))
    return [f"    {lines[0]}", *lines[1:end]] if end > 1 else []


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    for inner in ast.iter_child_nodes(node):
        if not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield inner
            yield from _outside_functions(inner)


def _elsewhere(pieces: Iterable[Piece], name: str) -> CodeReply | None:
    """A program that defines other functions only: the tests will say that `name` is missing."""
    for piece in pieces:
        for code in fences.repairs(piece.code):
            module = parses(code)
            if module is not None and any(isinstance(n, ast.FunctionDef | ast.ClassDef) for n in module.body):
                return CodeReply(finished(code, name))
    return None


def _unparsed(pieces: list[Piece], name: str, text: str, finish: str) -> CodeReply | BrokenReply:
    """Code with a syntax error; a reply that ended on its own keeps it, for the debug step."""
    start = re.compile(rf"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+{re.escape(name)}\b", re.M)
    holding = [piece for piece in pieces if start.search(piece.code)]
    if not holding:
        return BrokenReply(f"the reply has no function {name}", text)
    if finish == "length":
        return BrokenReply(f"the reply ended in the middle of {name}", text)
    piece = next((piece for piece in holding if piece.closed), holding[-1])
    return CodeReply(piece.code.strip("\n") + "\n")


def _with_earlier(code: str, pieces: Iterable[Piece], name: str) -> str:
    """Put earlier blocks before the chosen one where they define names that it uses and lacks."""
    for piece in (piece for piece in pieces if piece.closed):
        module, other = parses(code), parses(piece.code)
        if module is None or other is None or defines(other, name):
            continue
        offered = {thing for node in other.body for thing in bound(node)}
        known = {thing for node in module.body for thing in bound(node)}
        if (loaded(module) - known - set(dir(builtins))) & offered:
            code = piece.code.strip("\n") + "\n\n\n" + code
    return code


def _is_stub(code: str, name: str) -> bool:
    module = parses(code)
    for node in module.body if module else []:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return all(
                isinstance(inner, ast.Pass)
                or (isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Constant))
                for inner in node.body
            )
    return False


def _is_last(code: str, name: str) -> bool:
    module = parses(code)
    return bool(module and module.body and name in bound(module.body[-1]))


def _free_names(node: ast.AST) -> set[str]:
    bound = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    arguments = {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}
    return loaded(node) - bound - arguments


def _calls(node: ast.AST, name: str) -> bool:
    return any(
        isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == name for n in ast.walk(node)
    )


def _imported(module: ast.Module, imports: dict[str, None]) -> set[str]:
    """Names that the module imports; their lines are added to `imports`."""
    names: set[str] = set()
    for node in module.body:
        if isinstance(node, ast.Import | ast.ImportFrom) and getattr(node, "module", "") != "__future__":
            imports[ast.unparse(node)] = None
            names |= bound(node)
    return names


def _modules(text: str) -> Iterator[ast.Module]:
    """Every block that parses; where there is none, every single line that does."""
    found = False
    for piece in fences.fenced(text):
        for code in fences.repairs(piece.code):
            module = parses(code)
            if module is not None:
                found = True
                yield module
                break
    if not found:
        for line in text.split("\n"):
            module = parses(line.strip().strip("`"))
            if module is not None:
                yield module
