"""Which names of a module are global: found by Python's own scoping rules, so that renaming is exact.

Left out: names in strings (`globals()["x"]`, quoted annotations) and the mangling of `__x` in classes.
Python reference, 4.2 "Naming and binding".
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Named = (
    ast.Name | Definition | ast.ExceptHandler | ast.MatchAs | ast.MatchStar | ast.MatchMapping | ast.Global
)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FIELDS = {
    ast.Name: "id",
    ast.FunctionDef: "name",
    ast.AsyncFunctionDef: "name",
    ast.ClassDef: "name",
    ast.ExceptHandler: "name",
    ast.MatchAs: "name",
    ast.MatchStar: "name",
    ast.MatchMapping: "rest",
}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place where a global name stands: `node`'s field `field`, or an entry of a `global` statement."""

    node: Named
    field: str
    name: str
    stores: bool


@dataclass
class _Scope:
    kind: Literal["function", "class", "comprehension"]
    local: set[str] = field(default_factory=set)
    global_: set[str] = field(default_factory=set)


def occurrences(node: ast.AST) -> list[Occurrence]:
    """All places below a module or top-level statement where a global name is read or bound.

    Imports are left out: `import_names` tells what they bind.
    """
    walker = _Walker()
    walker.visit(node)
    return walker.found


def bound_here(body: Iterable[ast.AST]) -> set[str]:
    """Names that a block binds in its own scope, imports and `del` included."""
    return {name for node in body for name in _bindings(node)}


def import_names(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Names that an import binds; `*` for a star."""
    dotted = isinstance(node, ast.Import)
    return [alias.asname or (alias.name.partition(".")[0] if dotted else alias.name) for alias in node.names]


def _bindings(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from import_names(node)
    elif isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            yield node.id
    elif type(node) in _FIELDS and getattr(node, _FIELDS[type(node)]):
        yield getattr(node, _FIELDS[type(node)])
    if isinstance(node, _COMPREHENSIONS):
        yield from (entry.target.id for entry in ast.walk(node) if isinstance(entry, ast.NamedExpr))
        return
    children: Iterable[ast.AST] = ast.iter_child_nodes(node)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        children = _outside(node)
    for child in children:
        yield from _bindings(child)


def _outside(node: Definition | ast.Lambda) -> Sequence[ast.expr]:
    """The parts of a definition that are evaluated in the scope around it."""
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *node.bases, *(entry.value for entry in node.keywords)]
    arguments = node.args
    found: list[ast.expr] = [*arguments.defaults, *(entry for entry in arguments.kw_defaults if entry)]
    if not isinstance(node, ast.Lambda):
        found += node.decorator_list
        found += [entry.annotation for entry in _parameters(arguments) if entry.annotation]
        found += [node.returns] if node.returns else []
    return found


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    extra = [entry for entry in (arguments.vararg, arguments.kwarg) if entry]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *extra]


class _Walker(ast.NodeVisitor):
    def __init__(self) -> None:
        self.found: list[Occurrence] = []
        self.scopes: list[_Scope] = []

    def visit_Name(self, node: ast.Name) -> None:
        self._note(node, node.id, stores=not isinstance(node.ctx, ast.Load))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._function(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for child in _outside(node):
            self.visit(child)
        self._note(node, node.name, stores=True)
        scope = _Scope("class", global_=_declared(node.body, ast.Global))
        self._inside(scope, node.body)

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._comprehension(node.generators, [node.elt])

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self._comprehension(node.generators, [node.elt])

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self._comprehension(node.generators, [node.elt])

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._comprehension(node.generators, [node.key, node.value])

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        inner = self.scopes
        self.scopes = [scope for scope in inner if scope.kind != "comprehension"]
        self._note(node.target, node.target.id, stores=True)
        self.scopes = inner

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)  # before the targets: in a class body, the order decides
        for target in node.targets:
            self.visit(target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        for child in (node.annotation, node.value, node.target):
            if child is not None:
                self.visit(child)

    def visit_For(self, node: ast.For) -> None:
        for child in (node.iter, node.target, *node.body, *node.orelse):
            self.visit(child)

    def visit_Global(self, node: ast.Global) -> None:
        self.found.extend(Occurrence(node, "names", name, stores=True) for name in node.names)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._pattern(node, node.name)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self._pattern(node, node.name)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        self._pattern(node, node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self._pattern(node, node.rest)

    def visit_Import(self, node: ast.Import) -> None:
        self._imported(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self._imported(node)

    def _imported(self, node: ast.Import | ast.ImportFrom) -> None:
        if self.scopes and self.scopes[-1].kind == "class":
            self.scopes[-1].local.update(import_names(node))

    def _pattern(self, node: Named, name: str | None) -> None:
        if name:
            self._note(node, name, stores=True)
        self.generic_visit(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        for child in _outside(node):
            self.visit(child)
        body: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else [*node.body]
        if not isinstance(node, ast.Lambda):
            self._note(node, node.name, stores=True)
        declared = _declared(body, ast.Global)
        local = {entry.arg for entry in _parameters(node.args)} | bound_here(body)
        local -= declared | _declared(body, ast.Nonlocal)
        self._inside(_Scope("function", local, declared), body)

    def _comprehension(self, generators: list[ast.comprehension], results: list[ast.expr]) -> None:
        self.visit(generators[0].iter)  # the first iterable belongs to the scope around
        scope = _Scope("comprehension", bound_here(entry.target for entry in generators))
        rest: list[ast.AST] = [entry.iter for entry in generators[1:]]
        rest += [condition for entry in generators for condition in entry.ifs]
        self._inside(scope, [*rest, *(entry.target for entry in generators), *results])

    def _inside(self, scope: _Scope, body: Iterable[ast.AST]) -> None:
        self.scopes.append(scope)
        for child in body:
            self.visit(child)
        self.scopes.pop()

    def _note(self, node: Named, name: str, *, stores: bool) -> None:
        scope = self.scopes[-1] if self.scopes else None
        if stores and scope is not None and scope.kind == "class" and name not in scope.global_:
            scope.local.add(name)
        if self._is_global(name):
            self.found.append(Occurrence(node, _FIELDS[type(node)], name, stores))

    def _is_global(self, name: str) -> bool:
        for depth, scope in enumerate(reversed(self.scopes)):
            if name in scope.global_ and (depth == 0 or scope.kind != "class"):
                return True
            if name in scope.local and (depth == 0 or scope.kind != "class"):
                return False
        return True


def _declared(body: Iterable[ast.AST], kind: type[ast.Global | ast.Nonlocal]) -> set[str]:
    """Names in `global` or `nonlocal` statements of this scope, nested definitions left out."""
    found: set[str] = set()
    for node in body:
        if isinstance(node, kind):
            found |= set(node.names)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            found |= _declared(ast.iter_child_nodes(node), kind)
    return found
