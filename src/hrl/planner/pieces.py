"""Test programs and doctests cut into pieces: what checks something, and the set-up that it needs.

A piece is a top-level statement or one doctest example. Left out: data flow through anything but
top-level names; a piece that cannot be told apart from set-up stays with every check that touches its names.
"""

from __future__ import annotations

import ast
import doctest
from collections.abc import Iterable
from dataclasses import dataclass

from hrl.types import TestCode, parse_program

_SPLITTABLE = (
    ast.Assert,
    ast.FunctionDef,
    ast.ClassDef,
    ast.Assign,
    ast.AnnAssign,
    ast.Import,
    ast.ImportFrom,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement or example.

    Attributes:
        text: its source lines.
        line: 1-based line within the test's source.
        loads: names that it reads.
        calls: names that it calls and does not bind itself, in order.
        binds: top-level names that it binds or may change.
        checks: whether it tests something.
    """

    text: str
    line: int
    loads: frozenset[str]
    calls: tuple[str, ...]
    binds: frozenset[str]
    checks: bool


def pieces(test: TestCode) -> list[Piece]:
    """The pieces of a test in order; none where it does not parse."""
    try:
        return _doctest_pieces(test.source) if test.kind == "doctest" else _python_pieces(test.source)
    except (SyntaxError, ValueError):
        return []


def with_setup(chosen: Iterable[int], all_pieces: list[Piece]) -> list[int]:
    """The chosen pieces and, transitively, the set-up whose names they read; in order."""
    wanted = set(chosen)
    names = {name for index in wanted for name in all_pieces[index].loads}
    while True:
        more = {
            index
            for index, piece in enumerate(all_pieces)
            if index not in wanted and not piece.checks and piece.binds & names
        }
        if not more:
            return sorted(wanted)
        wanted |= more
        names |= {name for index in more for name in all_pieces[index].loads}


def _python_pieces(source: str) -> list[Piece]:
    lines = source.splitlines()
    body = parse_program(source).body
    top = {name for node in body for name in _bound(node)}
    found = []
    for node in body:
        first = min([node.lineno, *(entry.lineno for entry in getattr(node, "decorator_list", []))])
        text = "\n".join(lines[first - 1 : node.end_lineno])
        found.append(_piece(node, text, first, top, checks=_checks(node)))
    return found


def _doctest_pieces(source: str) -> list[Piece]:
    lines = source.splitlines()
    examples = doctest.DocTestParser().get_examples(source)
    trees = [parse_program(example.source) for example in examples]
    top = {name for tree in trees for node in tree.body for name in _bound(node)}
    found = []
    for example, tree in zip(examples, trees, strict=True):
        height = example.source.count("\n") + example.want.count("\n")
        text = "\n".join(lines[example.lineno : example.lineno + height])
        checks = bool(example.want) or example.exc_msg is not None
        found.append(_piece(tree, text, example.lineno + 1, top, checks=checks))
    return found


def _piece(node: ast.AST, text: str, line: int, top: set[str], *, checks: bool) -> Piece:
    loads = frozenset(
        entry.id
        for entry in ast.walk(node)
        if isinstance(entry, ast.Name) and isinstance(entry.ctx, ast.Load)
    )
    nodes = node.body if isinstance(node, ast.Module) else [node]
    binds = frozenset(name for entry in nodes for name in _bound(entry))
    if not checks and not all(isinstance(entry, _SPLITTABLE) for entry in nodes):
        binds |= loads & top
    return Piece(text, line, loads, _called(node), binds, checks)


def _checks(node: ast.stmt) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return node.name.startswith("test")
    if isinstance(node, ast.ClassDef):
        return node.name.startswith("Test") or any("TestCase" in ast.unparse(base) for base in node.bases)
    return any(isinstance(entry, ast.Assert) for entry in ast.walk(node))


def _bound(node: ast.AST) -> set[str]:
    """Names that a top-level statement binds."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return {
        entry.id
        for entry in ast.walk(node)
        if isinstance(entry, ast.Name) and not isinstance(entry.ctx, ast.Load)
    }


def _called(node: ast.AST) -> tuple[str, ...]:
    own = {entry.arg for entry in ast.walk(node) if isinstance(entry, ast.arg)}
    own |= {name for entry in ast.walk(node) for name in _bound(entry)}
    calls = [entry.func for entry in ast.walk(node) if isinstance(entry, ast.Call)]
    names = [entry for entry in calls if isinstance(entry, ast.Name) and entry.id not in own]
    names.sort(key=lambda entry: (entry.lineno, entry.col_offset))
    return tuple(dict.fromkeys(entry.id for entry in names))
