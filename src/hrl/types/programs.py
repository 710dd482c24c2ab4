"""Programs: parsed without noise, recognised by their meaning, merged into an answer."""

from __future__ import annotations

import ast
import hashlib
import threading
import warnings
from dataclasses import dataclass
from typing import Literal

_parsing = threading.Lock()


def parse_program(code: str) -> ast.Module:
    """`ast.parse` for code that a model or a user wrote, in any thread, and without its warnings.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: as `ast.parse`.
    """
    tree = _parsed(code, "exec")
    assert isinstance(tree, ast.Module)
    return tree


def parse_expression(code: str) -> ast.expr:
    """One expression, likewise.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: as `ast.parse`.
    """
    tree = _parsed(code, "eval")
    assert isinstance(tree, ast.Expression)
    return tree.body


def _parsed(code: str, mode: Literal["exec", "eval"]) -> ast.AST:
    """The tree, made by one thread at a time.

    Filters of warnings are global, and CPython 3.11 counts the depth of all trees that are being made in one
    place, so that two at once end in a SystemError. Where a library was the other one, it is tried again.
    """
    with _parsing, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(code, mode=mode)
        except SystemError:
            return ast.parse(code, mode=mode)


def program_digest(code: str) -> str:
    """Hash of the normalised AST: comments, layout and docstrings do not count.

    Code that does not parse is hashed by its text without white space at line ends.
    """
    try:
        tree = parse_program(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        normalised = "text:" + "\n".join(line.rstrip() for line in code.strip().splitlines())
    else:
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if (
                isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                and body
                and isinstance(body[0], ast.Expr)
                and isinstance(body[0].value, ast.Constant)
                and isinstance(body[0].value.value, str)
            ):
                node.body = body[1:] or [ast.Pass()]
        normalised = "ast:" + ast.dump(tree)
    return hashlib.sha256(normalised.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A program text; `digest` recognises repeats (see `program_digest`).

    Attributes:
        origin: `generate`, `debug`, `starter`, `merge` or `integrate`.
        mean_logprob: mean token log-probability of the reply that held it, where known.
    """

    code: str
    digest: str
    origin: str
    mean_logprob: float | None = None

    @staticmethod
    def of(code: str, origin: str, mean_logprob: float | None = None) -> Candidate:
        """A candidate with its digest computed."""
        return Candidate(code, program_digest(code), origin, mean_logprob)


@dataclass(frozen=True, slots=True)
class Program:
    """The merged answer: file name → source. Today always one file, `solution.py`."""

    files: dict[str, str]
    entry_point: str | None

    @property
    def code(self) -> str:
        """The source of `solution.py`."""
        return self.files["solution.py"]
