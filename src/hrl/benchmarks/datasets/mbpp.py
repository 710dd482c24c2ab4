"""MBPP's rows as problems, full and sanitized (Austin et al. 2021).

MBPP states no signature: a model that is not told the function's name cannot pass. The signature here is the
reference's `def` line, as LDB (Zhong et al. 2024) and others choose; nothing else of the reference is shown.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hrl.benchmarks.problem import Problem
from hrl.types import TestCode, parse_program


def problem(row: Mapping[str, Any]) -> Problem:
    """A checked row of the full set; the set-up runs after the solution, as part of the tests (367, 927).

    Raises:
        ValueError: reference or tests are not Python, or the tests call nothing that the reference defines.
    """
    return _problem(row, row["text"], row["test_setup_code"])


def challenge_problem(row: Mapping[str, Any]) -> Problem:
    """A checked row of the full set that has challenge tests, graded by these instead of the usual ones.

    Raises:
        ValueError: as `problem`.
    """
    tests = _joined(row["test_setup_code"], row["challenge_test_list"])
    return replace(problem(row), tests=(tests,))


def sanitized_problem(row: Mapping[str, Any]) -> Problem:
    """A checked row of the sanitized set.

    Raises:
        ValueError: as `problem`.
    """
    return _problem(row, row["prompt"], "\n".join(row["test_imports"]))


def _problem(row: Mapping[str, Any], text: str, setup: str) -> Problem:
    tests: Sequence[str] = row["test_list"]
    if not tests:
        raise ValueError("test_list is empty")
    function = _tested(row["code"], tests)
    return Problem(
        id=str(row["task_id"]),
        statement=text.strip(),
        entry_point=function.name,
        signature=f"def {function.name}({ast.unparse(function.args)})",
        examples=(_joined(setup, tests[:1]),),
        tests=(_joined(setup, tests),),
        reference=row["code"],
    )


def _joined(setup: str, tests: Iterable[str]) -> TestCode:
    return TestCode("\n".join([*([setup.rstrip()] if setup.strip() else []), *tests]) + "\n")


def _tested(code: str, tests: Iterable[str]) -> ast.FunctionDef:
    """The reference's function that the tests call outermost, whatever its name: `check`, `sum`."""
    try:
        defined = {node.name: node for node in parse_program(code).body if isinstance(node, ast.FunctionDef)}
        asserted = parse_program("\n".join(tests))
    except SyntaxError as broken:
        raise ValueError(f"reference or tests are not Python: {broken.msg}") from None
    for node in ast.walk(asserted):  # breadth first: `f(Pair(1, 2))` shows f before Pair
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in defined:
            return defined[node.func.id]
    raise ValueError("the tests call no function that the reference defines")
