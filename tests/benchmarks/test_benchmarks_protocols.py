"""No grading test reaches a model, but under the protocol that says so."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrl.benchmarks.datasets import BENCHMARKS, open_dataset
from hrl.benchmarks.problem import Problem
from hrl.benchmarks.protocols import PROTOCOLS, seen_by_model
from hrl.errors import BadInput
from hrl.planner import single_plan
from hrl.types import Document, TestCode, dump, parse_program

DATA = Path(__file__).parents[3] / "shared" / "data"
published = pytest.mark.skipif(not DATA.exists(), reason="../shared/data is absent")
HONEST = [protocol for protocol in PROTOCOLS.values() if protocol.name != "oracle"]
CANARY = "assert canary(51_966) == 'hidden'"

EXAMPLE, HIDDEN = TestCode("assert twice(1) == 2\n"), TestCode("assert twice(4) == 8\n")
PROBLEM = Problem(
    id="11",
    statement="Double `x`.",
    entry_point="twice",
    signature="def twice(x)",
    examples=(EXAMPLE,),
    tests=(EXAMPLE, HIDDEN),
    prompt="def twice(x):\n",
    helpers="def half(x): ...\n",
    reference="def twice(x): return 2 * x\n",
    documents=(Document("rules.md", "Twice is two times."),),
)


def published_problems(name: str) -> tuple[Problem, ...]:
    split = None if name == "humaneval" else "all"
    return open_dataset(name, split=split, data=str(DATA)).problems


def texts(value: Any) -> list[str]:
    """Every text inside plain JSON values."""
    if isinstance(value, dict):
        return [text for entry in value.values() for text in texts(entry)]
    if isinstance(value, list):
        return [text for entry in value for text in texts(entry)]
    return [value] if isinstance(value, str) else []


def test_what_each_protocol_lets_a_model_see():
    seen = {name: seen_by_model(PROBLEM, protocol).visible_tests for name, protocol in PROTOCOLS.items()}
    assert seen == {"single": (EXAMPLE,), "visible": (EXAMPLE,), "oracle": (EXAMPLE, HIDDEN), "self": ()}


@pytest.mark.parametrize("name", ["single", "self"])
def test_a_prompt_without_tests_is_a_task_without_tests(name: str):
    task = seen_by_model(PROBLEM, PROTOCOLS[name], show_tests=False)
    assert task.visible_tests == ()
    assert single_plan(task).subtasks[0].tests == ()


@pytest.mark.parametrize("name", ["visible", "oracle"])
def test_tests_that_are_run_cannot_be_hidden(name: str):
    with pytest.raises(BadInput, match=f"the protocol {name} runs tests"):
        seen_by_model(PROBLEM, PROTOCOLS[name], show_tests=False)


def test_a_protocol_says_what_it_is():
    assert [name for name, protocol in PROTOCOLS.items() if protocol.single] == ["single"]
    assert [name for name, protocol in PROTOCOLS.items() if not protocol.comparable] == ["oracle"]
    assert "not comparable" in PROTOCOLS["oracle"].sentence
    assert all(protocol.name == name for name, protocol in PROTOCOLS.items())


def test_the_task_is_the_problem_without_its_grading():
    task = seen_by_model(PROBLEM, PROTOCOLS["visible"])
    (subtask,) = single_plan(task).subtasks
    assert (task.id, task.starter_code, task.documents) == ("11", PROBLEM.prompt, PROBLEM.documents)
    assert (subtask.name, subtask.goal, subtask.signature) == ("twice", "Double `x`.", "def twice(x)")
    assert task.hidden_tests == ()


@given(st.text(min_size=1), st.text(), st.text())
def test_nothing_hidden_changes_the_task(test: str, helpers: str, reference: str):
    other = replace(PROBLEM, tests=(TestCode(test),), helpers=helpers, reference=reference)
    for protocol in HONEST:
        assert seen_by_model(other, protocol) == seen_by_model(PROBLEM, protocol)


def without_grading(name: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row with other grading tests, and another reference under the same `def` line."""
    if name == "humaneval":
        return {**row, "test": f"def check(candidate):\n    {CANARY}\n", "canonical_solution": "    ...\n"}
    tree = parse_program(row["code"])
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            node.body = [ast.Raise()]
    changed = {**row, "test_list": [row["test_list"][0], CANARY], "code": ast.unparse(tree)}
    return changed | ({"challenge_test_list": [CANARY]} if name == "mbpp" else {})


@published
@pytest.mark.parametrize("name", BENCHMARKS)
def test_no_published_problem_shows_what_grades_it(name: str, tmp_path: Path):
    """Rows whose grading tests and reference are others give the very same tasks."""
    source = DATA / BENCHMARKS[name].files[0]
    text = source.read_text()
    rows = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]
    changed = tmp_path / source.name
    changed.write_text("".join(json.dumps(without_grading(name, row)) + "\n" for row in rows))
    split = None if name == "humaneval" else "all"
    others = open_dataset(name, split=split, data=str(changed)).problems
    for problem, other in zip(published_problems(name), others, strict=True):
        assert CANARY in other.tests[0].source
        for protocol in HONEST:
            task = seen_by_model(other, protocol)
            assert task == seen_by_model(problem, protocol)
            assert not any(CANARY in text for text in texts(dump(task)))


@published
@pytest.mark.parametrize("name", BENCHMARKS)
def test_no_line_of_the_grading_tests_is_in_a_task(name: str):
    """But for lines that the benchmark's own statement, prompt or example holds."""
    for problem in published_problems(name):
        own = "\n".join([problem.statement, problem.prompt, *(test.source for test in problem.examples)])
        hidden = {line.strip() for test in problem.tests for line in test.source.splitlines()}
        graded = {line for line in hidden if line.startswith("assert") and line not in own}
        for protocol in HONEST:
            shown = "\n".join(texts(dump(seen_by_model(problem, protocol))))
            assert not [line for line in graded if line in shown], problem.id
        if graded:
            oracle = "\n".join(texts(dump(seen_by_model(problem, PROTOCOLS["oracle"]))))
            assert all(line in oracle for line in graded)
