"""Whether a task asks for several functions. Cheap and readable on purpose: no model is asked."""

from __future__ import annotations

import ast
import re

from hrl.planner.assignment import called_functions
from hrl.planner.signatures import functions, stated_signatures
from hrl.types import Task, parse_program

_NUMBERED = re.compile(r"^\s*\d+[.)]\s+\W*`(?:def\s+)?([A-Za-z_]\w*)[^`]*`", re.MULTILINE)


def needs_split(task: Task) -> bool:
    """Whether statement, tests and starter code name at least two functions that are still to be written."""
    return len(wanted_functions(task)) > 1


def wanted_functions(task: Task) -> list[str]:
    """Names of the functions that the task asks for, in the order in which it names them."""
    signatures = stated_signatures(task.statement)
    parameters = _parameters([*signatures.values(), task.signature or ""])
    numbered = [name for name in _NUMBERED.findall(task.statement) if name not in parameters]
    bodies = {node.name: node for node in functions(task.starter_code)}
    stubs = [name for name, node in bodies.items() if _is_stub(node)]
    names = [*signatures, *numbered, *stubs, *called_functions(task.visible_tests)]
    if task.entry_point:
        names.append(task.entry_point)
    done = set(bodies) - set(stubs)
    return [name for name in dict.fromkeys(names) if name not in done or name == task.entry_point]


def _parameters(signatures: list[str]) -> set[str]:
    found: set[str] = set()
    for signature in signatures:
        try:
            tree = parse_program(f"{signature}: ...") if signature else ast.Module([], [])
        except (SyntaxError, ValueError):
            continue
        found |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return found


def _is_stub(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return all(
        isinstance(entry, ast.Pass | ast.Raise)
        or (isinstance(entry, ast.Expr) and isinstance(entry.value, ast.Constant))
        for entry in node.body
    )
