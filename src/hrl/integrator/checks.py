"""What the merge looks at and cannot mend: it becomes a problem for the model."""

from __future__ import annotations

import ast

from hrl.integrator.modules import Module
from hrl.types import Subtask, parse_program


def missing_or_misfit(module: Module, subtask: Subtask) -> list[str]:
    """Why a module does not provide its subtask's function as planned; empty when it does."""
    defining = [part.node for part in module.parts if subtask.name in part.binds]
    if not defining:
        imported = any(entry.bound == subtask.name for entry in module.imports)
        return [] if imported else [f"the part {subtask.name} does not define {subtask.name}"]
    node = defining[-1]
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    planned = _planned(subtask.signature)
    if planned is None or planned.vararg is not None:
        return []
    is_async = isinstance(node, ast.AsyncFunctionDef)
    if is_async != subtask.signature.startswith("async "):
        return [f"{subtask.name} is {'async' if is_async else 'not async'}, against the plan"]
    return _arity(subtask, planned, node.args)


def conflicting_effects(modules: list[Module]) -> list[str]:
    """Top-level calls and settings that two parts make differently."""
    seen: dict[str, tuple[str, str]] = {}
    problems = []
    for module in modules:
        for part in module.parts:
            target = _effect(part.node)
            if target is None:
                continue
            text = ast.unparse(part.node)
            other, before = seen.setdefault(target, (module.name, text))
            if before != text and other != module.name:
                problems.append(f"{other} runs `{before}` and {module.name} runs `{text}`")
    return problems


def star_imports(modules: list[Module]) -> list[str]:
    """Star imports reach into every other part."""
    if len(modules) < 2:
        return []
    return [f"{module.name} imports * from {star}" for module in modules for star in sorted(module.stars)]


def is_effect(node: ast.stmt) -> bool:
    """A top-level statement that sets something outside this program's own names."""
    return _effect(node) is not None


def _effect(node: ast.stmt) -> str | None:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return ast.unparse(node.value.func)
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute):
        return ast.unparse(node.targets[0])
    return None


def _planned(signature: str) -> ast.arguments | None:
    try:
        (node,) = parse_program(f"{signature.rstrip(':')}: ...").body
    except (SyntaxError, ValueError):
        return None
    return node.args if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else None


def _arity(subtask: Subtask, planned: ast.arguments, found: ast.arguments) -> list[str]:
    """The function must take every number of positional arguments that the plan promises."""
    least, most = _range(planned)
    needs, takes = _range(found)
    required = [
        entry.arg
        for entry, default in zip(found.kwonlyargs, found.kw_defaults, strict=True)
        if default is None
    ]
    known = {entry.arg for entry in planned.kwonlyargs}
    if (
        needs > least
        or (takes < most and found.vararg is None)
        or any(name not in known for name in required)
    ):
        return [f"{subtask.name} takes ({ast.unparse(found)}), but the plan says `{subtask.signature}`"]
    return []


def _range(arguments: ast.arguments) -> tuple[int, int]:
    most = len(arguments.posonlyargs) + len(arguments.args)
    return most - len(arguments.defaults), most
