"""Reads a test program: its tests, the names that it takes from the candidate, assertions that explain.

Pure functions over `ast`; used by the host to number the tests and by the tester's box to run them.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

_BLOCKS = (ast.For, ast.While, ast.If, ast.With, ast.Try, ast.AsyncFor, ast.AsyncWith)
_BUILTINS = frozenset(dir(builtins))
_OWN = ("pytest",)
CHECK, TRUTH, TYPE, FACT = "__hrl_check__", "__hrl_truth__", "__hrl_type__", "__hrl_fact__"
_CATCHING = {
    "raises": 1, "assertRaises": 1, "assertRaisesRegex": 1, "suppress": 99, "isinstance": 2, "issubclass": 2,
}  # fmt: skip
_FACTS = (
    "__doc__", "__annotations__", "__code__", "__defaults__", "__kwdefaults__", "__closure__", "__module__",
    "__class__",
)  # fmt: skip


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
    text = line_of(node)
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


def line_of(node: ast.AST) -> str:
    """A statement's first line, bounded."""
    try:
        text = ast.unparse(node).splitlines()[0]
    except (ValueError, RecursionError):
        text = f"the statement in line {getattr(node, 'lineno', 0)}"
    return text if len(text) <= 200 else text[:197] + "..."


def free_names(trees: Sequence[ast.Module], entry: str | None) -> list[str]:
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

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Any:
        """`from solution import f`."""
        if _known(node.module or "") and not node.level:
            return node
        for alias in node.names:
            if alias.name != "*":
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
    """`assert a == b` becomes a call that knows both values when it fails; other truths are looked at too."""

    def visit_Assert(self, node: ast.Assert) -> Any:
        """Rewrite comparisons of two sides; let the rest pass through `TRUTH`."""
        self.generic_visit(node)
        test = node.test
        if not (isinstance(test, ast.Compare) and len(test.ops) == 1):
            called = isinstance(test, ast.Call) and isinstance(test.func, ast.Name)
            node.test = ast.Call(ast.Name(TRUTH, ast.Load()), [test, ast.Constant(called)], [])
            return ast.fix_missing_locations(ast.copy_location(node, node))
        operator = ast.Constant(type(test.ops[0]).__name__)
        note = node.msg if node.msg is not None else ast.Constant(None)
        later = ast.Lambda(ast.arguments([], [], None, [], [], None, []), note)
        arguments = [operator, test.left, test.comparators[0], later]
        call = ast.Call(ast.Name(CHECK, ast.Load()), arguments, [])
        return ast.fix_missing_locations(ast.copy_location(ast.Expr(call), node))


def caught(name: str) -> str:
    """The tests' name for what stands for `StopIteration` and the like."""
    return f"__hrl_{name}__"


class Adapt(ast.NodeTransformer):
    """What the tests say about the candidate's exceptions, types and functions goes to the stand-ins.

    In `except`, `raises`, `suppress` and `isinstance`, a class of `names` becomes a tuple of itself and its
    stand-in.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> Any:
        """`except StopIteration:`."""
        self.generic_visit(node)
        if node.type is not None:
            node.type = self._wide(node.type)
        return node

    def visit_Call(self, node: ast.Call) -> Any:
        """`pytest.raises(SystemExit)`, `type(x)`."""
        self.generic_visit(node)
        last = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if last == "type" and isinstance(node.func, ast.Name) and len(node.args) == 1:
            node.func.id = TYPE
        places = _CATCHING.get(last, 0)
        node.args = [*map(self._wide, node.args[:places]), *node.args[places:]]
        for keyword in node.keywords if places else ():
            keyword.value = self._wide(keyword.value)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        """`f.__doc__`."""
        self.generic_visit(node)
        if node.attr not in _FACTS or not isinstance(node.ctx, ast.Load):
            return node
        call = ast.Call(ast.Name(FACT, ast.Load()), [node.value, ast.Constant(node.attr)], [])
        return ast.fix_missing_locations(ast.copy_location(call, node))

    def _wide(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Name) and node.id in self.names:
            return ast.copy_location(ast.Name(caught(node.id), ast.Load()), node)
        if isinstance(node, ast.Tuple):
            wide = [self._wide(part) for part in node.elts]
            node.elts = [
                new if new is old else ast.copy_location(ast.Starred(new, ast.Load()), old)
                for old, new in zip(node.elts, wide, strict=True)
            ]
        return node
