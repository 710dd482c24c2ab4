"""Which definitions of different candidates are the same, so that one copy is enough.

Two names are the same when the statements that define them are equal and everything that these use is the
same; and only where sharing cannot be seen: functions without mutable defaults, immutable constants. Two
equal caches stay two caches.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from hrl.integrator.modules import Module, Part


class Definition(NamedTuple):
    """A top-level name of a module."""

    module: str
    name: str


def digests(modules: list[Module], free: Mapping[Definition, Definition]) -> dict[Definition, str]:
    """A digest for every top-level name; equal digests mean the same meaning.

    Args:
        modules: in topological order.
        free: where a module's undefined name is found among its dependencies.
    """
    found: dict[Definition, str] = {}
    for module in modules:
        found |= _of_module(module, free, found)
    return found


def _of_module(
    module: Module, free: Mapping[Definition, Definition], known: Mapping[Definition, str]
) -> dict[Definition, str]:
    fixed = {entry.bound: f"import {entry.spec}" for entry in module.imports}
    for name in module.free:
        target = free.get(Definition(module.name, name))
        fixed[name] = known[target] if target else f"free {name}"
    defining = {
        name: [part for part in module.parts if name in part.binds] for name in module.own - set(fixed)
    }
    labels = {name: _hash(*(_spell(part) for part in parts)) for name, parts in defining.items()}
    for name, parts in defining.items():
        if not all(_is_shareable(part, name) for part in parts):
            labels[name] = _hash("own", module.name, name)
    for _ in range(len(labels)):  # after n rounds every chain of n names has told
        labels = {name: _hash(labels[name], *_used(parts, labels, fixed)) for name, parts in defining.items()}
    return {
        Definition(module.name, name): label for name, label in (fixed | labels).items() if name in module.own
    }


def _used(parts: list[Part], labels: Mapping[str, str], fixed: Mapping[str, str]) -> list[str]:
    names = sorted({name for part in parts for name in part.uses | part.binds})
    return [f"{name}={labels[name] if name in labels else fixed.get(name, '')}" for name in names]


def _spell(part: Part) -> str:
    return ast.dump(part.node)


def _hash(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()


def _is_shareable(part: Part, name: str) -> bool:
    node = part.node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        defaults = [*node.args.defaults, *(entry for entry in node.args.kw_defaults if entry)]
        return node.name == name and all(_is_immutable(entry) for entry in defaults)
    if isinstance(node, ast.ClassDef):
        return node.name == name and all(_is_immutable(value) for value in _class_values(node))
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        return _is_immutable(node.value)
    return False


def _class_values(node: ast.ClassDef) -> list[ast.expr]:
    assigns = [entry for entry in node.body if isinstance(entry, ast.Assign | ast.AnnAssign)]
    return [entry.value for entry in assigns if entry.value is not None]


def _is_immutable(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        return called in ("re.compile", "frozenset", "tuple", "float", "int") and all(
            _is_immutable(entry) or called in ("frozenset", "tuple") for entry in node.args
        )
    if isinstance(node, ast.Tuple):
        return all(_is_immutable(entry) for entry in node.elts)
    if isinstance(node, ast.BinOp):
        return _is_immutable(node.left) and _is_immutable(node.right)
    if isinstance(node, ast.UnaryOp):
        return _is_immutable(node.operand)
    return isinstance(node, ast.Constant | ast.Attribute)
