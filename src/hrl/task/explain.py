"""What was understood of a task, in plain lines, before anything is spent on solving it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from hrl.errors import TaskError
from hrl.task.layout import Block, Role
from hrl.task.python import Uses, read_tests
from hrl.types import Budget, Document, Task, TestCode


def explain(task: Task) -> list[str]:
    """Plain lines for `hrl task check`: entry point, tests, documents, budget, and what to beware of."""
    lines = [f"title: {task.title}", f"id: {task.id}", f"entry point: {_entry(task)}"]
    if task.signature:
        lines.append(f"signature: {task.signature}")
    lines.append(f"visible tests: {_tests(task.visible_tests)}")
    lines.append(f"hidden tests: {_tests(task.hidden_tests)}")
    if task.starter_code:
        lines.append(f"starter code: {_count(task.starter_code.count(chr(10)), 'line')}")
    if task.documents:
        lines.append(f"documents: {', '.join(map(_document, task.documents))}")
    if task.packages:
        lines.append(f"packages: {', '.join(task.packages)}")
    lines.append(f"budget: {_budget(task.budget)}")
    return lines + [f"warning: {warning}" for warning in _warnings(task)]


def _entry(task: Task) -> str:
    if task.entry_point is None:
        return "not known; the planner has to name it"
    return f"{task.entry_point} ({task.entry_point_from})" if task.entry_point_from else task.entry_point


def _tests(tests: Sequence[TestCode]) -> str:
    if not tests:
        return "none"
    checks = sum(_checks(test) for test in tests)
    kinds = sorted({test.kind for test in tests}, reverse=True)
    return f"{_count(checks, 'check')} in {_count(len(tests), 'block')} ({' and '.join(kinds)})"


def _checks(test: TestCode) -> int:
    uses = _read(test)
    return len(uses.units) if uses else 1


def _read(test: TestCode) -> Uses | None:
    role: Role = "pycon" if test.kind == "doctest" else "tests"
    try:
        return read_tests(Block(role, test.source, test.line))
    except TaskError:  # tests that come from elsewhere than a task file
        return None


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _document(document: Document) -> str:
    outside = document.name.startswith(("/", "..")) or document.name[1:2] == ":"
    place = ", outside the task's folder" if outside else ""
    return f"{document.name} ({_count(len(document.text), 'character')}{place})"


def _budget(budget: Budget) -> str:
    bounds = {
        "tokens": budget.tokens,
        "seconds": budget.seconds,
        "model calls": budget.model_calls,
        "sandbox runs": budget.sandbox_runs,
    }
    given = [f"{value:g} {name}" for name, value in bounds.items() if value is not None]
    return ", ".join(given) or "the settings' defaults"


def _warnings(task: Task) -> Iterator[str]:
    if not task.visible_tests and not task.hidden_tests:
        yield "no tests: the result will be checked against self-written tests only and called unverified"
        if ">>>" in task.statement:
            yield "the statement holds >>> examples that are no tests; mark their block `pycon`"
    elif not task.visible_tests:
        yield "no visible tests: only self-written tests guide the search, the hidden ones decide at the end"
    unknown = sorted(set(_foreign(task)))
    if unknown and not task.packages:
        names = ", ".join(unknown)
        yield f"the tests import {names}, not in the standard library; name the package under `packages`"


def _foreign(task: Task) -> Iterator[str]:
    for test in (*task.visible_tests, *task.hidden_tests):
        uses = _read(test)
        yield from (name for name in (uses.modules if uses else ()) if name not in sys.stdlib_module_names)
