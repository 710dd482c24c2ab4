"""The top level of a program that a model wrote: what it binds, and what is only there to try it out.

What goes: asserts, prints, `if __name__ == "__main__":`, calls of the function that was asked for and of
test runners, with the loops and results around them. What stays: everything that a function reads, so
set-up, constants and tables stay whatever computes them.
"""

from __future__ import annotations

import ast
import keyword

from hrl.llm.fences import parses

_RUNNERS = {"doctest", "unittest", "pytest"}


def bound(node: ast.stmt) -> set[str]:
    """Names that a top-level statement binds."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    targets = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return {target for target in targets if not keyword.iskeyword(target)}


def loaded(node: ast.AST) -> set[str]:
    """Names that anything inside a node reads."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def finished(code: str, name: str) -> str:
    """The program without what the model added to try `name`; one line end, no blank lines around."""
    module = parses(code)
    nodes = module.body if module else []
    lines = code.split("\n")
    for node in reversed(nodes):
        end = node.end_lineno or node.lineno
        alone = not any(
            other is not node and other.lineno <= end and (other.end_lineno or 0) >= node.lineno
            for other in nodes
        )
        if alone and _is_trial(node, name, _read_inside(nodes, node)):
            del lines[node.lineno - 1 : end]
    return "\n".join(line.rstrip() if not line.strip() else line for line in lines).strip("\n") + "\n"


def _read_inside(nodes: list[ast.stmt], node: ast.stmt) -> set[str]:
    """Names that functions and classes read."""
    kept = (other for other in nodes if other is not node and isinstance(other, _DEFINITIONS))
    return {name for other in kept for name in loaded(other)}


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_LOOSE = (ast.Assign, ast.AnnAssign, ast.For, ast.While, ast.With, ast.Try, ast.If)


def _is_trial(node: ast.stmt, name: str, read: set[str]) -> bool:
    if isinstance(node, ast.Assert) or _is_main(node):
        return True
    if isinstance(node, ast.Expr):
        return _calls(node, name) or (isinstance(node.value, ast.Call) and _runs_tests(node.value.func))
    if not isinstance(node, _LOOSE) or not _calls(node, name):
        return False
    # A result that nobody reads, or a loop over calls: it would run on every import.
    defines = any(isinstance(inner, (*_DEFINITIONS, ast.Lambda)) for inner in ast.walk(node))
    return not defines and not bound(node) & (read | {name})


def _runs_tests(called: ast.expr) -> bool:
    if isinstance(called, ast.Name):
        return called.id in {"print", "main", "check"} or called.id.startswith("test")
    return (
        isinstance(called, ast.Attribute)
        and isinstance(called.value, ast.Name)
        and called.value.id in _RUNNERS
    )


def _is_main(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__name__" in loaded(node.test)


def _calls(node: ast.AST, name: str) -> bool:
    return any(
        isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == name for n in ast.walk(node)
    )
