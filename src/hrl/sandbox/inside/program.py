"""Reads a test program: its tests, the names that it takes from the candidate, assertions that explain.

Pure functions over `ast`; used by the host to number the tests and by the tester's box to run them.
"""

from __future__ import annotations

import ast
import builtins
import sys
from dataclasses import dataclass, field
from typing import Any

_BLOCKS = (ast.For, ast.While, ast.If, ast.With, ast.Try, ast.AsyncFor, ast.AsyncWith)
_BUILTINS = frozenset(dir(builtins))
_OWN = ("pytest",)
CHECK = "__hrl_check__"


@dataclass
class Unit:
    """One statement of a test program: `setup`, or a `test` of one of the kinds that count.

    Attributes:
        name: what a report calls it.
        kind: `setup`, `statement`, `function`, `case` (a TestCase method) or `method` (a pytest class).
        node: the statement; None for functions and methods, which are called by name.
        target: the function's name, or class and method.
    """

    name: str
    kind: str
    node: ast.stmt | None = None
    target: tuple[str, ...] = field(default_factory=tuple)


def units(tree: ast.Module, entry: str | None) -> list[Unit]:
    """The program's statements and tests, in the order in which they run."""
    body = _flat(tree.body)
    defined = {node.name for node in body if isinstance(node, ast.FunctionDef)}
    found = [_unit(node, defined, entry) for node in body]
    called = {name for unit in found if unit.kind == "statement" for name in _calls(unit.node)}
    for node in body:
        found += _declared(node, called)
    tests = [unit for unit in found if unit.kind != "setup"]
    if not tests and "check" in defined and entry:
        call = ast.parse(f"check({entry})").body[0]
        found.append(Unit(f"check({entry})", "statement", call))
    elif not tests and found:
        found[-1].kind = "statement"
    return found


def _flat(body: list[ast.stmt]) -> list[ast.stmt]:
    """Statements with the content of `if __name__ == "__main__":` in place of the block."""
    flat: list[ast.stmt] = []
    for node in body:
        if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test):
            flat += [inner for inner in node.body if not _is_main(inner)]
        elif not _is_main(node):
            flat.append(node)
    return flat


def _is_main(node: ast.stmt) -> bool:
    """`unittest.main()` or `pytest.main()`: the tests are run one by one instead."""
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        return False
    return ast.unparse(node.value.func) in ("unittest.main", "pytest.main")


def _unit(node: ast.stmt, defined: set[str], entry: str | None) -> Unit:
    text = _line(node)
    if isinstance(node, ast.Assert):
        return Unit(text, "statement", node)
    if isinstance(node, _BLOCKS) and any(isinstance(inner, ast.Assert) for inner in ast.walk(node)):
        return Unit(text, "statement", node)
    if isinstance(node, ast.With) and "raises" in text.lower():
        return Unit(text, "statement", node)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        names = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
        asserts = "assert" in ast.unparse(node.value.func).lower()
        if names & defined or asserts or (entry in names and "print" not in names):
            return Unit(text, "statement", node)
    return Unit(text, "setup", node)


def _calls(node: ast.AST | None) -> set[str]:
    return (
        {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)} if node is not None else set()
    )


def _declared(node: ast.stmt, called: set[str]) -> list[Unit]:
    """Test functions that nobody calls, and the methods of test classes."""
    if isinstance(node, ast.FunctionDef) and node.name.startswith("test") and node.name not in called:
        return [Unit(node.name, "function", None, (node.name,))]
    if isinstance(node, ast.ClassDef):
        methods = [
            inner.name
            for inner in node.body
            if isinstance(inner, ast.FunctionDef) and inner.name.startswith("test")
        ]
        bases = " ".join(ast.unparse(base) for base in node.bases)
        kind = "case" if "TestCase" in bases else "method" if node.name.startswith("Test") else ""
        if kind:
            return [Unit(f"{node.name}.{name}", kind, None, (node.name, name)) for name in methods]
    return []


def _line(node: ast.AST) -> str:
    text = ast.unparse(node).splitlines()[0]
    return text if len(text) <= 200 else text[:197] + "..."


def free_names(trees: list[ast.Module], entry: str | None) -> list[str]:
    """Names that the tests use and never bind at their top level; no builtins, save the entry."""
    used = {
        node.id
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    bound = {name for tree in trees for name in _top_level(tree)}
    return sorted(name for name in used - bound if name not in _BUILTINS or name == entry)


def _top_level(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.For | ast.With):
            names |= {
                inner.id
                for inner in ast.walk(node)
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
            }
    return names


class Redirect(ast.NodeTransformer):
    """Imports of the candidate's own module, whatever its name, become names to ask the candidate for."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.modules: set[str] = set()
        self.star = False

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Any:
        """`from solution import f`."""
        if _known(node.module or "") and not node.level:
            return node
        for alias in node.names:
            if alias.name == "*":
                self.star = True
            else:
                self.names[alias.asname or alias.name] = alias.name
        return ast.copy_location(ast.Pass(), node)

    def visit_Import(self, node: ast.Import) -> Any:
        """`import solution`."""
        mine = [alias for alias in node.names if not _known(alias.name)]
        self.modules |= {alias.asname or alias.name for alias in mine}
        node.names = [alias for alias in node.names if _known(alias.name)]
        return node if node.names else ast.copy_location(ast.Pass(), node)


def _known(module: str) -> bool:
    import importlib.util

    top = module.partition(".")[0]
    if top in sys.stdlib_module_names or top in _OWN:
        return True
    return (
        top not in ("solution", "candidate", "main", "__main__") and importlib.util.find_spec(top) is not None
    )


class Explain(ast.NodeTransformer):
    """`assert a == b` becomes a call that knows both values when it fails."""

    def visit_Assert(self, node: ast.Assert) -> Any:
        """Rewrite comparisons of two sides; leave the rest."""
        self.generic_visit(node)
        test = node.test
        if not (isinstance(test, ast.Compare) and len(test.ops) == 1):
            return node
        operator = ast.Constant(type(test.ops[0]).__name__)
        note = node.msg if node.msg is not None else ast.Constant(None)
        later = ast.Lambda(ast.arguments([], [], None, [], [], None, []), note)
        arguments = [operator, test.left, test.comparators[0], later]
        call = ast.Call(ast.Name(CHECK, ast.Load()), arguments, [])
        return ast.fix_missing_locations(ast.copy_location(ast.Expr(call), node))
