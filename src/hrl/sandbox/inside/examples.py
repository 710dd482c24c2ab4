"""Doctest examples against stubs, with the standard library's own meaning of a match."""

from __future__ import annotations

import ast
import doctest
import sys
import traceback
from typing import TYPE_CHECKING, Any

from hrl.sandbox.inside.program import Redirect
from hrl.sandbox.inside.raising import NotGradable
from hrl.sandbox.inside.text import shorten

if TYPE_CHECKING:
    from hrl.sandbox.inside.tester import Tester


class Mismatch(AssertionError):
    """An example that printed something else."""


def example_trees(source: str) -> list[ast.Module]:
    """The statements of every example that can be read."""
    trees = []
    for example in doctest.DocTestParser().get_examples(source):
        try:
            trees.append(ast.parse(example.source))
        except SyntaxError:
            continue
    return trees


def run_examples(tester: Tester, source: str) -> None:
    """Run every example in one namespace; each is one test."""
    for number, example in enumerate(doctest.DocTestParser().get_examples(source)):
        tester.test(number, lambda example=example: _run(tester, example))  # type: ignore[misc]


def _run(tester: Tester, example: doctest.Example) -> None:
    flags = sum(flag for flag, on in example.options.items() if on)
    hook, sys.displayhook = sys.displayhook, _display
    try:
        tester.run_tree(Redirect().visit(ast.parse(example.source, "tests.py", "single")), "single")
    except BaseException as problem:
        if example.exc_msg is None or isinstance(problem, NotGradable):
            raise
        _expect_raised(example.exc_msg, _heading(problem), flags)
        return
    finally:
        sys.displayhook = hook
    if example.exc_msg is not None:
        raise Mismatch(f"expected {shorten(example.exc_msg.strip())}, but nothing was raised")
    _expect(example.want, tester.output.take(), flags)


def _display(value: Any) -> None:
    if value is not None:
        print(repr(value))  # noqa: T201


def _heading(problem: BaseException) -> str:
    remote = BaseException.__getattribute__(problem, "__dict__").get("hrl_remote")
    name = remote.name if remote is not None else type(problem).__name__
    text = traceback.format_exception_only(type(problem), problem)[-1]
    return f"{name}:{text.partition(':')[2]}" if ":" in text else f"{name}\n"


def _expect_raised(want: str, got: str, flags: int) -> None:
    """A class may be named with its module, which differs here; the detail may be left out by a directive."""
    name, colon, message = want.partition(":")
    if flags & doctest.IGNORE_EXCEPTION_DETAIL:
        want, got = name.strip().rpartition(".")[2] + "\n", got.partition(":")[0].strip() + "\n"
    else:
        want = name.strip().rpartition(".")[2] + (colon + message if colon else "\n")
    _expect(want, got, flags)


def _expect(want: str, got: str, flags: int) -> None:
    if not doctest.OutputChecker().check_output(want, got, flags):
        raise Mismatch(
            f"expected {shorten(want.strip() or 'nothing')}, got {shorten(got.strip() or 'nothing')}"
        )
