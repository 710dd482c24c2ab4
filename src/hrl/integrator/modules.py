"""A candidate read as a module: what to keep, what each statement binds and uses.

Dropped: docstrings of the module, `if __name__ == "__main__"`, asserts, test functions and classes, prints
and example calls of planned functions, and imports of planned functions (models like to write them).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from hrl.integrator.rewriting import first_line, statement_text
from hrl.integrator.scopes import Occurrence, import_names, occurrences
from hrl.types import parse_program

_DEMO_CALLS = frozenset({"print", "input", "unittest.main", "doctest.testmod", "pytest.main", "main"})
_DUNDERS = frozenset({"__all__", "__author__", "__version__", "__doc__"})


@dataclass(frozen=True, slots=True)
class Import:
    """One name bound by a top-level import; `name` is "" for `import module`."""

    module: str
    name: str
    bound: str

    @property
    def spec(self) -> str:
        """What is imported, whatever it is called here."""
        return f"{self.module}:{self.name}"


@dataclass(frozen=True, slots=True)
class Part:
    """One kept top-level statement.

    Attributes:
        text: its source with the comments above it.
        binds: global names that it binds, also through `global` in functions.
        uses: global names that it reads.
    """

    node: ast.stmt
    text: str
    binds: frozenset[str]
    uses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Module:
    """A candidate: subtask `name` and what its program consists of."""

    name: str
    imports: tuple[Import, ...]
    future: frozenset[str]
    stars: frozenset[str]
    parts: tuple[Part, ...]
    notes: tuple[str, ...]

    @property
    def own(self) -> frozenset[str]:
        """Names that the module defines or imports."""
        defined = {name for part in self.parts for name in part.binds}
        return frozenset(defined | {entry.bound for entry in self.imports})

    @property
    def free(self) -> frozenset[str]:
        """Names that it uses and does not define: builtins and dependencies."""
        return frozenset(name for part in self.parts for name in part.uses) - self.own


def read_module(name: str, code: str, planned: AbstractSet[str]) -> Module:
    """Read a candidate's program.

    Raises:
        SyntaxError: it does not parse (also for what `ast.parse` refuses with ValueError).
    """
    body = _parse(code)
    lines = code.splitlines()
    imports: list[Import] = []
    future: set[str] = set()
    stars: set[str] = set()
    parts: list[Part] = []
    notes: list[str] = []
    ends = [0, *(node.end_lineno or node.lineno for node in body)]
    starts = [first_line(node) for node in body]
    for index, node in enumerate(body):
        if isinstance(node, ast.Import | ast.ImportFrom):
            _sort_import(node, planned - {name}, imports, future, stars, notes)
        elif not _is_dropped(node, name):
            following = starts[index + 1] if index + 1 < len(body) else None
            parts.append(_part(node, statement_text(node, lines, ends[index], following)))
        else:
            notes.append(f"{name}: dropped {_describe(node)}")
    kept = _without_demos(parts, planned, name, notes)
    return Module(name, tuple(imports), frozenset(future), frozenset(stars), tuple(kept), tuple(notes))


def _parse(code: str) -> list[ast.stmt]:
    try:
        body = parse_program(code).body
    except (ValueError, RecursionError, MemoryError) as problem:
        raise SyntaxError(str(problem)) from None
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        return body[1:] if isinstance(body[0].value.value, str) else body
    return body


def _part(node: ast.stmt, text: str) -> Part:
    places = occurrences(node)
    binds = {place.name for place in places if place.stores} | _imported_below(node)
    return Part(node, text, frozenset(binds), frozenset(_uses(places)))


def _uses(places: list[Occurrence]) -> set[str]:
    return {place.name for place in places if not place.stores}


def _imported_below(node: ast.stmt) -> set[str]:
    """Names bound by imports inside a top-level `try` or `if`."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return set()
    nested = (entry for entry in ast.walk(node) if isinstance(entry, ast.Import | ast.ImportFrom))
    return {name for entry in nested for name in import_names(entry)}


def _sort_import(
    node: ast.Import | ast.ImportFrom,
    planned: AbstractSet[str],
    imports: list[Import],
    future: set[str],
    stars: set[str],
    notes: list[str],
) -> None:
    module = ("." * node.level + (node.module or "")) if isinstance(node, ast.ImportFrom) else ""
    for alias, bound in zip(node.names, import_names(node), strict=True):
        if isinstance(node, ast.Import):
            if not _is_part(alias.name, planned):
                imports.append(Import(alias.name, "", alias.asname or alias.name))
        elif module == "__future__":
            future.add(alias.name)
        elif alias.name == "*" and not _is_part(module, planned):
            stars.add(module)
        elif alias.name in planned and not _is_real(module):
            notes.append(f"dropped the import of {alias.name} from {module}: it is a part of this program")
        elif not module.startswith("."):
            imports.append(Import(module, alias.name, bound))


def _is_real(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def _is_part(module: str, planned: AbstractSet[str]) -> bool:
    return module.startswith(".") or (module in planned and not _is_real(module))


def _is_dropped(node: ast.stmt, name: str) -> bool:
    if isinstance(node, ast.Assert | ast.Pass):
        return True
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return node.name.startswith("test_") and node.name != name
    if isinstance(node, ast.ClassDef):
        return node.name != name and any("TestCase" in ast.unparse(base) for base in node.bases)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return all(isinstance(entry, ast.Name) and entry.id in _DUNDERS for entry in targets)
    return isinstance(node, ast.If) and "__name__" in {
        entry.id for entry in ast.walk(node.test) if isinstance(entry, ast.Name)
    }


def _without_demos(parts: list[Part], planned: AbstractSet[str], name: str, notes: list[str]) -> list[Part]:
    """Leave out top-level calls of planned functions, unless a definition uses what they bind."""
    kept = parts
    while True:
        needed = {used for part in kept if _defines(part.node) for used in part.uses}
        needed |= {used for part in kept if not _is_demo(part.node, planned) for used in part.uses}
        demos = [part for part in kept if _is_demo(part.node, planned) and not part.binds & needed]
        if not demos:
            return kept
        notes.extend(f"{name}: dropped {_describe(part.node)}" for part in demos)
        kept = [part for part in kept if part not in demos]


def _defines(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)


def _is_demo(node: ast.stmt, planned: AbstractSet[str]) -> bool:
    if _defines(node):
        return False
    calls = {ast.unparse(entry.func) for entry in ast.walk(node) if isinstance(entry, ast.Call)}
    asserts = any(isinstance(entry, ast.Assert) for entry in ast.walk(node))
    return asserts or any(
        call in planned or call in _DEMO_CALLS or call.startswith("test_") for call in calls
    )


def _describe(node: ast.stmt) -> str:
    if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test):
        return "its `__main__` block"
    if isinstance(node, ast.Assert):
        return "an assert"
    text = ast.unparse(node).partition("\n")[0]
    return f"`{text[:60]}`"
