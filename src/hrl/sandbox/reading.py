"""Tests as text become parts: assertions that this process compares, and programs for the split tester."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hrl.sandbox.expressions import Expression, NotSimple
from hrl.sandbox.inside.program import free_names, line_of, units
from hrl.sandbox.unrolling import unroll
from hrl.types import TestCode, parse_expression, parse_program


@dataclass(frozen=True, slots=True)
class Simple:
    """Assertions that are compared here: the names and the expressions, one for each test."""

    code: TestCode
    names: tuple[str, ...]
    expressions: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """A program for the tester's box: the names of its tests."""

    code: TestCode
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Tests that do not parse."""

    code: TestCode
    message: str

    @property
    def names(self) -> tuple[str, ...]:
        """One test: the text itself."""
        return (self.code.source.strip().splitlines()[0][:200] if self.code.source.strip() else "(empty)",)


Part = Simple | Split | Unreadable
_MAX_TESTS = 4 << 20
_REMEMBERED = 256  # test sources: many candidates are graded against the same tests
_DEFINITION = re.compile(r"^(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)", re.MULTILINE)


def read_tests(tests: Sequence[TestCode], program: str, entry: str | None, helpers: str = "") -> list[Part]:
    """Every test source as a part, in order."""
    entry = entry or implied_entry(tests, program)
    own = frozenset(_defined(helpers) - {entry})
    return [_read(code, entry, own) for code in tests]


def implied_entry(tests: Sequence[TestCode], program: str) -> str | None:
    """The entry point where none is given: the candidate's function that the tests call most.

    A builtin's name counts only when the tests call nothing else that the candidate defines: a candidate that
    redefines `sorted` does not change what the tests mean by it.
    """
    trees = [tree for tree in (_parse(code) for code in tests) if tree is not None]
    defined = set(_DEFINITION.findall(program))
    counts: dict[str, int] = {}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in defined:
                counts[node.func.id] = counts.get(node.func.id, 0) + 1
    free = set(free_names(trees, None))
    proper = {name: count for name, count in counts.items() if name in free}
    if proper:
        return max(proper, key=lambda name: proper[name])
    bound = {
        node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    outermost = {name for tree in trees for name in _outermost(tree)} & set(counts) - bound
    return outermost.pop() if len(outermost) == 1 else None


def _outermost(tree: ast.Module) -> set[str]:
    """Names of the calls that stand directly below an assertion's comparison."""
    names = set()
    for node in tree.body:
        if isinstance(node, ast.Assert):
            side = node.test.left if isinstance(node.test, ast.Compare) else node.test
            if isinstance(side, ast.Call) and isinstance(side.func, ast.Name):
                names.add(side.func.id)
    return names


@lru_cache(maxsize=_REMEMBERED)
def _defined(source: str) -> set[str]:
    try:
        body = parse_program(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {
        node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
    }


def _parse(code: TestCode) -> ast.Module | None:
    if len(code.source) > _MAX_TESTS:
        return None
    try:
        if code.kind == "doctest":
            sources = [example.source for example in doctest.DocTestParser().get_examples(code.source)]
            return parse_program("\n".join(sources))
        return parse_program(code.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def problem_of(code: TestCode) -> str | None:
    """Why tests cannot be read, in one sentence; None when they can."""
    if _parse(code) is not None:
        return None
    if len(code.source) > _MAX_TESTS:
        return "the tests are too large"
    try:
        parse_program(code.source)
    except SyntaxError as problem:
        line = (problem.lineno or 1) + code.line - 1
        return f"the tests are not valid Python: {problem.msg} (line {line})"
    except (ValueError, RecursionError, MemoryError):
        pass
    return "the tests are not valid Python"


@lru_cache(maxsize=_REMEMBERED)
def _read(code: TestCode, entry: str | None, helpers: frozenset[str]) -> Part:
    tree = _parse(code)
    if tree is None:
        return Unreadable(code, problem_of(code) or "")
    try:
        return _read_tree(code, tree, entry, helpers)
    except (ValueError, RecursionError, MemoryError):
        return Unreadable(code, "the tests are nested too deeply to be read")


def _read_tree(code: TestCode, tree: ast.Module, entry: str | None, helpers: Collection[str]) -> Part:
    if code.kind == "doctest":
        return _read_doctest(code, entry, helpers)
    unrolled = unroll(tree, entry)
    if unrolled is not None:
        tree = unrolled
        code = TestCode(ast.unparse(tree), code.kind, code.line)
    simple = _simple(code, tree, entry, helpers)
    if simple is not None:
        return simple
    names = tuple(unit.name for unit in units(tree, entry) if unit.kind != "setup")
    return Split(code, names) if names else Unreadable(code, "there is no test in this text")


def _simple(code: TestCode, tree: ast.Module, entry: str | None, helpers: Collection[str]) -> Simple | None:
    imported: set[str] = set()
    asserts: list[ast.Assert] = []
    for node in tree.body:
        if isinstance(node, ast.Import) and all(
            alias.name == "math" and not alias.asname for alias in node.names
        ):
            imported.add("math")
        elif isinstance(node, ast.ImportFrom) and node.module == "math":
            imported |= {alias.name for alias in node.names if alias.name == "isclose" and not alias.asname}
        elif isinstance(node, ast.Assert):
            asserts.append(node)
        else:
            return None
    free = set(free_names([tree], entry))
    functions = free - set(helpers) - {"math"}
    imported |= free & {"math"}  # which the program imports for its tests
    try:
        expressions = tuple(Expression(node.test, functions, imported) for node in asserts)
    except NotSimple:
        return None
    names = tuple(line_of(node) for node in asserts)
    return Simple(code, names, expressions) if names else None


def _read_doctest(code: TestCode, entry: str | None, helpers: Collection[str]) -> Part:
    examples = doctest.DocTestParser().get_examples(code.source)
    if not examples:
        return Unreadable(code, "there is no example in this text")
    names = tuple(">>> " + example.source.strip().splitlines()[0][:196] for example in examples)
    expressions = []
    for example in examples:
        try:
            want = parse_expression(example.want.strip())
            ast.literal_eval(want)
            got = parse_expression(example.source.strip())
            functions = set(free_names([ast.Module([ast.Expr(got)], [])], entry)) - set(helpers)
            compare = ast.Compare(got, [ast.Eq()], [want])
            expressions.append(Expression(ast.copy_location(compare, got), functions, ()))
        except (SyntaxError, ValueError, RecursionError, MemoryError, NotSimple):
            return Split(code, names)
        if example.exc_msg is not None or example.options:
            return Split(code, names)
    return Simple(code, names, tuple(expressions))
