"""HumanEval's rows as problems (Chen et al. 2021, https://github.com/openai/human-eval)."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from hrl.benchmarks.datasets.docstrings import stated_examples
from hrl.benchmarks.problem import Problem
from hrl.types import TestCode, parse_program

# Examples that the benchmark's own reference contradicts: the docstring is wrong, or shows a formula.
_WRONG: Mapping[str, frozenset[str]] = {
    "HumanEval/47": frozenset({"assert median([-10, 4, 6, 1000, 10, 20]) == 15.0"}),
    "HumanEval/116": frozenset(
        {
            "assert sort_array([1, 5, 2, 3, 4]) == [1, 2, 3, 4, 5]",
            "assert sort_array([-2, -3, -4, -5, -6]) == [-6, -5, -4, -3, -2]",
        }
    ),
    "HumanEval/130": frozenset({"assert tri(1) == 3", "assert tri(2) == 2", "assert tri(4) == 3"}),
    "HumanEval/148": frozenset({"assert bf('Earth', 'Mercury') == 'Venus'"}),
}


def problem(row: Mapping[str, Any]) -> Problem:
    """A checked row as a problem; the prompt's own functions are helpers of the tests.

    Raises:
        ValueError: the prompt is not Python, or has no function of the entry point's name.
    """
    name, prompt = row["entry_point"], row["prompt"]
    function = _function(prompt, name)
    text = _docstring(function)
    wrong = _WRONG.get(row["task_id"], frozenset())
    shown = [test for test in stated_examples(text, name) if test not in wrong]
    return Problem(
        id=row["task_id"],
        statement=text.strip(),
        entry_point=name,
        signature=_signature(function),
        examples=(TestCode("\n".join(shown) + "\n"),) if shown else (),
        tests=(TestCode(row["test"]),),
        prompt=prompt,
        helpers=prompt,
        reference=prompt + row["canonical_solution"],
    )


def _function(prompt: str, name: str) -> ast.FunctionDef:
    try:
        body = parse_program(prompt).body
    except SyntaxError as broken:
        raise ValueError(f"the prompt is not Python: {broken.msg}") from None
    found = [node for node in body if isinstance(node, ast.FunctionDef) and node.name == name]
    if not found:
        raise ValueError(f"the prompt defines no function {name}")
    return found[-1]


def _docstring(function: ast.FunctionDef) -> str:
    """The function's text; problem 115 imports a module above it."""
    for node in function.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return ast.get_docstring(ast.Module([node], [])) or ""
    return ""


def _signature(function: ast.FunctionDef) -> str:
    result = f" -> {ast.unparse(function.returns)}" if function.returns else ""
    return f"def {function.name}({ast.unparse(function.args)}){result}"
