"""Python inside a task file: parsed, looked at, never run.

Tests are cut into *units*: an assertion together with the statements that prepare it. What a unit uses and
nobody in the tests defines can only come from the program that is asked for.
"""

from __future__ import annotations

import ast
import builtins
import copy
import doctest
import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hrl.errors import TaskError
from hrl.task.layout import Block
from hrl.types import parse_program

SOLUTION_MODULES = ("solution", "candidate", "your_module")
BUILTIN = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True)
class Unit:
    """One assertion with what prepares it: names in order of evaluation."""

    called: tuple[str, ...]
    used: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Uses:
    """What one block of tests uses.

    Attributes:
        bound: every name that the block binds, whatever the scope.
        defined: functions, classes and imports at its top level.
        calls: the call expressions whose function is a plain name.
        modules: top-level modules that it imports.
    """

    line: int
    units: tuple[Unit, ...]
    bound: frozenset[str]
    defined: frozenset[str]
    calls: tuple[ast.Call, ...]
    modules: tuple[str, ...]

    def names(self) -> frozenset[str]:
        """Every name that an assertion, or what prepares it, uses."""
        return frozenset(name for unit in self.units for name in (*unit.called, *unit.used))


def parse_python(source: str, *, line: int, what: str) -> ast.Module:
    """Parse a block whose first line is line `line` of the task file.

    Raises:
        TaskError: it does not parse; the line is the one in the task file.
    """
    try:
        module = parse_program(source)
        ast.increment_lineno(module, line - 1)
    except SyntaxError as problem:
        where = line + (problem.lineno or 1) - 1
        raise TaskError(f"the {what} cannot be parsed: {_reason(problem)}", line=where) from None
    except (ValueError, RecursionError, MemoryError):
        raise TaskError(f"the {what} cannot be parsed: it is nested too deeply", line=line) from None
    return module


def _reason(problem: SyntaxError) -> str:
    return " ".join((problem.msg or "invalid syntax").split())


def read_tests(block: Block) -> Uses:
    """Parse a block of tests and see what it uses.

    Raises:
        TaskError: it is empty, does not parse, checks nothing or imports the solution.
    """
    if block.role == "pycon":
        parts = list(_doctest_parts(block))
    else:
        module = parse_python(block.text, line=block.line, what="tests")
        if not module.body:
            raise TaskError("the block of tests is empty", line=max(1, block.line - 1))
        parts = [(statement, _checks(statement)) for statement in module.body]
    if not any(checks for _, checks in parts):
        wanted = "an expected output" if block.role == "pycon" else "an assert"
        raise TaskError(f"the block of tests checks nothing: {wanted} is missing", line=block.line)
    return _uses(parts, block.line)


def _doctest_parts(block: Block) -> Iterator[tuple[ast.stmt, bool]]:
    try:
        examples = doctest.DocTestParser().get_examples(block.text)
    except ValueError as problem:
        found = re.match(r"line (\d+) of the do\S+ for \S* ?(.*)", str(problem), re.DOTALL)
        line = block.line + (int(found[1]) - 1 if found else 0)
        reason = " ".join(found[2].split()) if found else "malformed"
        raise TaskError(f"the doctest examples cannot be read: {reason}", line=line) from None
    if not examples:
        raise TaskError("this pycon block has no examples: they start with >>>", line=max(1, block.line - 1))
    for example in examples:
        line = block.line + example.lineno
        body = parse_python(example.source, line=line, what="doctest example").body
        for statement in body:
            yield statement, _checks(statement)
        if body and example.want:
            yield ast.Pass(), True


def _checks(statement: ast.stmt) -> bool:
    """Whether a statement can fail on purpose."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Assert | ast.Raise):
            return True
        if isinstance(node, ast.Attribute) and node.attr.startswith(("assert", "fail", "raises")):
            return True
    return False


def _uses(parts: list[tuple[ast.stmt, bool]], line: int) -> Uses:
    units: list[Unit] = []
    loads: list[tuple[str, bool]] = []
    for statement, checks in parts:
        loads += _loads(statement)
        if checks:
            called = tuple(name for name, is_called in loads if is_called)
            units.append(Unit(called, tuple(name for name, is_called in loads if not is_called)))
            loads = []
    calls = [node for statement, _ in parts for node in ast.walk(statement) if isinstance(node, ast.Call)]
    named = tuple(call for call in calls if isinstance(call.func, ast.Name))
    modules = tuple(_modules(parts))
    defined = frozenset(_defined([statement for statement, _ in parts]))
    return Uses(line, tuple(units), frozenset(_bound(parts)), defined, named, modules)


def _loads(statement: ast.stmt) -> Iterator[tuple[str, bool]]:
    """Names loaded and whether they are called; arguments before the function, as Python evaluates them.

    A stack and not recursion, because a sum of a thousand terms is a tree of that depth.
    """
    stack: list[ast.AST | str] = [statement]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            yield node, True
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            stack += [node.func.id, *reversed([*node.args, *node.keywords])]
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id, False
        else:
            stack += reversed(list(ast.iter_child_nodes(node)))


def _bound(parts: list[tuple[ast.stmt, bool]]) -> Iterator[str]:
    """Every name bound anywhere in the block; scopes are not told apart."""
    for statement, _ in parts:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                yield node.id
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield node.name
            elif isinstance(node, ast.arg):
                yield node.arg
            elif isinstance(node, ast.alias):
                yield (node.asname or node.name).split(".")[0]
            elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
                yield node.name
            elif isinstance(node, ast.MatchMapping) and node.rest:
                yield node.rest


def _defined(statements: list[ast.stmt]) -> Iterator[str]:
    for node in statements:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)


def _modules(parts: list[tuple[ast.stmt, bool]]) -> Iterator[str]:
    for statement, _ in parts:
        for node in ast.walk(statement):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            names = [alias.name for alias in node.names]
            if isinstance(node, ast.ImportFrom):
                names = ["" if node.level else node.module or ""]
            for name in (name.split(".")[0] for name in names):
                if name in (*SOLUTION_MODULES, ""):
                    reason = "the tests must not import the solution: its functions are already there"
                    raise TaskError(reason, line=node.lineno)
                yield name


def read_signature(text: str) -> ast.FunctionDef | None:
    """A signature with or without `def` and colon; None when it is none."""
    plain = " ".join(text.split()).removesuffix("...").rstrip().rstrip(":")
    plain = plain if plain.startswith("def ") else f"def {plain}"
    try:
        body = parse_program(f"{plain}: pass").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if len(body) != 1 or not isinstance(body[0], ast.FunctionDef):
        return None
    function = body[0]
    return function if len(function.body) == 1 and isinstance(function.body[0], ast.Pass) else None


def signature_text(function: ast.FunctionDef) -> str:
    """`def name(args) -> result`, without a colon, on one line."""
    bare = copy.copy(function)
    bare.body, bare.decorator_list = [ast.Pass()], []
    return ast.unparse(bare).removesuffix("pass").rstrip().removesuffix(":")


def accepts(function: ast.FunctionDef, calls: list[ast.Call]) -> bool:
    """Whether every call fits the parameters (calls with `*` or `**` fit anything)."""
    args = function.args
    positional = [*args.posonlyargs, *args.args]
    required = len(positional) - len(args.defaults)
    for call in calls:
        if any(isinstance(arg, ast.Starred) for arg in call.args) or any(not k.arg for k in call.keywords):
            continue
        names = {keyword.arg for keyword in call.keywords}
        given = len(call.args) + sum(argument.arg in names for argument in positional)
        if (len(call.args) > len(positional) and not args.vararg) or given < required:
            return False
        known = {argument.arg for argument in (*args.args, *args.kwonlyargs)}
        if not names <= known and not args.kwarg:
            return False
    return True


def signature_from_calls(name: str, calls: list[ast.Call], spoken: Sequence[str] = ()) -> str | None:
    """`def name(a, b)` from how the tests call it; None when they do not agree.

    Where the prose speaks of exactly as many other names as there are positional arguments, those are used.
    """
    shapes = set()
    for call in calls:
        if any(isinstance(arg, ast.Starred) for arg in call.args) or any(not k.arg for k in call.keywords):
            return None
        shapes.add((len(call.args), tuple(keyword.arg or "" for keyword in call.keywords)))
    if len(shapes) != 1:
        return None
    count, keywords = shapes.pop()
    names = [word for word in spoken if word not in keywords]
    if len(names) != count:
        names = [letter for letter in string.ascii_lowercase if letter not in (*keywords, name)]
    return f"def {name}({', '.join((*names[:count], *keywords))})" if count <= len(names) else None
