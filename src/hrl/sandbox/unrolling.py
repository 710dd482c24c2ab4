"""HumanEval's form of tests, `check(candidate)`, as the assertions that it holds.

So each assertion is a test of its own: a report says how many hold, and those that are simple are compared
without a tester. The verdict is the same, since `check` passes exactly when all of them hold.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence


def unroll(tree: ast.Module, entry: str | None) -> ast.Module | None:
    """The assertions of a `check(candidate)` that only asserts, with `entry` in the candidate's place.

    None for every other text, and for a `check` that does more than assert.
    """
    checks = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    if entry is None or len(checks) != 1 or ast.unparse(checks[0]).partition("(")[0] != "def check":
        return None
    check = checks[0]
    given = check.args.args[0].arg if check.args.args else ""
    if ast.unparse(check.args) != given:
        return None
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and _is_read(node)}
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    others = [node for node in tree.body if node is not check and node not in imports]
    if not all(_says_nothing(node, read) or ast.unparse(node) == f"check({entry})" for node in others):
        return None
    body = [node for node in check.body if not _says_nothing(node, read)]
    asserts = [node for node in body if isinstance(node, ast.Assert)]
    if not asserts or asserts != body or _binds(asserts, {given, entry}):
        return None
    return ast.Module([*imports, *(_Named(given, entry).visit(node) for node in asserts)], [])


class _Named(ast.NodeTransformer):
    """Puts one name in place of another."""

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = old, new

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(self._new, node.ctx), node) if node.id == self._old else node


def _is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def _binds(nodes: Sequence[ast.stmt], names: Collection[str]) -> bool:
    """Whether a comprehension, a lambda or a walrus gives one of the names another meaning."""
    parts = [part for node in nodes for part in ast.walk(node)]
    stored = {part.id for part in parts if isinstance(part, ast.Name) and not _is_read(part)}
    return bool((stored | {part.arg for part in parts if isinstance(part, ast.arg)}) & set(names))


def _says_nothing(node: ast.stmt, read: Collection[str]) -> bool:
    """`pass`, a docstring, `assert True`, or a constant that nothing reads (HumanEval's METADATA)."""
    if isinstance(node, ast.Assign):
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        return len(names) == len(node.targets) and not names & set(read) and _is_literal(node.value)
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assert):
        return isinstance(node.test, ast.Constant) and bool(node.test.value)
    return isinstance(node, ast.Pass)


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True
