"""What makes published harnesses differ: each trap of the benchmarks' own files, graded in the sandbox.

The full reference run is `bench/recorded.py --only references`.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from hrl.benchmarks.datasets import open_dataset
from hrl.benchmarks.datasets.docstrings import stated_examples
from hrl.benchmarks.problem import Problem
from hrl.config import load_settings
from hrl.sandbox import Job, open_sandbox
from hrl.sandbox.pool import PooledSandbox
from hrl.types import TestCode, TestReport, parse_program

DATA = Path(__file__).parents[3] / "shared" / "data"
published = pytest.mark.skipif(not DATA.exists(), reason="../shared/data is absent")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[PooledSandbox]:
    with open_sandbox(load_settings(sandbox="process", memory_mb=1024, max_parallel=2)) as opened:
        yield opened


def problems(name: str) -> dict[str, Problem]:
    split = None if name == "humaneval" else "all"
    return {problem.id: problem for problem in open_dataset(name, split=split, data=str(DATA)).problems}


@pytest.fixture(scope="module")
def mbpp() -> dict[str, Problem]:
    return problems("mbpp")


@pytest.fixture(scope="module")
def humaneval() -> dict[str, Problem]:
    return problems("humaneval")


def job(problem: Problem, program: str | None = None, tests: tuple[TestCode, ...] | None = None) -> Job:
    """As an evaluation grades it, at the default limits."""
    code = problem.reference if program is None else program
    return Job(code, problem.tests if tests is None else tests, problem.entry_point, problem.helpers)


def hollow(problem: Problem) -> str:
    """The reference with functions that return None."""
    tree = parse_program(problem.reference)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            node.body = [ast.Return(ast.Constant(None))]
    return ast.unparse(ast.fix_missing_locations(tree))


@published
@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("56", "check"),
        ("349", "check"),
        ("899", "check"),
        ("967", "check"),
        ("126", "sum"),
        ("601", "max_chain_length"),
        ("367", "is_tree_balanced"),
        ("927", "max_height"),
    ],
)
def test_the_entry_point_is_what_the_tests_call(mbpp: dict, sandbox: PooledSandbox, number: str, name: str):
    problem = mbpp[number]
    assert problem.entry_point == name
    assert problem.signature.startswith(f"def {name}(")
    assert sandbox.run(job(problem)).verdict == "pass"
    assert sandbox.run(job(problem, hollow(problem))).verdict != "pass"


@published
@pytest.mark.parametrize("name", ["mbpp", "mbpp-sanitized"])
def test_every_test_of_mbpp_calls_the_entry_point(name: str):
    for problem in problems(name).values():
        for node in parse_program(problem.tests[0].source).body:
            if isinstance(node, ast.Assert):
                called = {entry.id for entry in ast.walk(node) if isinstance(entry, ast.Name)}
                assert problem.entry_point in called, problem.id


@published
@pytest.mark.parametrize("number", ["367", "927"])
def test_the_set_up_runs_after_the_solution(mbpp: dict, sandbox: PooledSandbox, number: str):
    """It makes nodes of the class that the solution defines; the visible test has it too."""
    problem = mbpp[number]
    for test in (*problem.tests, *problem.examples):
        assert test.source.startswith("root = Node(1)")
    assert "root = Node(1)" not in problem.reference
    assert sandbox.run(job(problem, tests=problem.examples)).verdict == "pass"


@published
@pytest.mark.parametrize("number", ["313", "362", "436"])
def test_a_comma_after_an_assertion_is_its_message(mbpp: dict, sandbox: PooledSandbox, number: str):
    """Python's own meaning stays: what stands behind the comma is not compared."""
    problem = mbpp[number]
    asserted = [node for node in parse_program(problem.tests[0].source).body if isinstance(node, ast.Assert)]
    assert any(node.msg is not None for node in asserted)
    assert sandbox.run(job(problem)).verdict == "pass"
    assert sandbox.run(job(problem, "def other(): pass")).verdict != "pass"


def test_what_stands_behind_the_comma_is_not_compared(sandbox: PooledSandbox):
    test = (TestCode("assert f(1) == 1, 2\n"),)
    assert sandbox.run(Job("def f(x): return x", test, "f")).verdict == "pass"
    assert sandbox.run(Job("def f(x): return x, 2", test, "f")).verdict == "fail"


@published
def test_the_default_limit_is_long_enough_for_the_slowest_reference(mbpp: dict, sandbox: PooledSandbox):
    """MBPP 123 takes 2.9 s on an idle machine: shorter limits call a right answer wrong."""
    assert sandbox.run(job(mbpp["123"])).verdict == "pass"


@published
def test_problems_never_share_a_namespace(mbpp: dict, sandbox: PooledSandbox):
    """126 defines `sum`, 56 `check`: neither is there for the problem that comes next."""
    shadow = "import builtins\ndef sum(a, b): return 'mine'\nbuiltins.sum = sum\nleft_behind = 1\n"
    assert sandbox.run(job(mbpp["126"], shadow)).verdict == "fail"
    after = "def total(xs):\n    assert 'left_behind' not in globals()\n    return sum(xs)\n"
    test = (TestCode("assert total([1, 2]) == sum([1, 2])\n"),)
    for _ in range(3):  # more often than there are workers
        assert sandbox.run(Job(after, test, "total")).verdict == "pass"
        assert sandbox.run(Job("def total(xs): return check(3)", test, "total")).error_class == "NameError"


# Right answers that define nothing but the entry point.
ALONE = {
    32: """
def find_zero(xs):
    value = lambda x: sum(c * x ** i for i, c in enumerate(xs))
    low, high = -1.0, 1.0
    while value(low) * value(high) > 0:
        low, high = low * 2, high * 2
    while high - low > 1e-10:
        middle = (low + high) / 2
        low, high = (middle, high) if value(middle) * value(low) > 0 else (low, middle)
    return low
""",
    38: """
def decode_cyclic(s):
    groups = [s[i:i + 3] for i in range(0, len(s), 3)]
    return "".join(g[-1] + g[:-1] if len(g) == 3 else g for g in groups)
""",
    50: """
def decode_shift(s):
    return "".join(chr((ord(c) - 5 - ord("a")) % 26 + ord("a")) for c in s)
""",
}


@published
@pytest.mark.parametrize("number", ALONE)
def test_tests_take_their_helpers_from_the_prompt(humaneval: dict, sandbox: PooledSandbox, number: int):
    """The tests call `poly`, `encode_cyclic`, `encode_shift`, which an answer need not repeat."""
    problem, program = humaneval[f"HumanEval/{number}"], ALONE[number]
    assert sandbox.run(job(problem)).verdict == "pass"
    assert sandbox.run(job(problem, program)).verdict == "pass"
    assert sandbox.run(Job(program, problem.tests, problem.entry_point)).verdict != "pass"
    assert sandbox.run(job(problem, hollow(problem))).verdict != "pass"


@published
def test_references_pass_every_example_of_their_docstrings(humaneval: dict, sandbox: PooledSandbox):
    with_examples = [problem for problem in humaneval.values() if problem.examples]
    jobs = (job(problem, tests=problem.examples) for problem in with_examples)
    reports = dict(sandbox.run_many(jobs))
    assert all(isinstance(report, TestReport) for report in reports.values())
    failed = [with_examples[n].id for n, report in reports.items() if report.verdict != "pass"]
    assert failed == []


@published
def test_examples_are_found_where_the_docstring_states_them(humaneval: dict):
    """LDB's visible tests cover all 164; these eight stand in no docstring, or not as literals, or wrong."""
    path = DATA / "replay" / "ldb_humaneval_gpt-3.5-turbo-0613.jsonl"
    theirs = {row["task_id"]: row["visible_tests"] for row in map(json.loads, path.read_text().splitlines())}
    missing = {name for name in theirs if not humaneval[name].examples}
    assert missing == {f"HumanEval/{number}" for number in (38, 41, 50, 80, 83, 105, 116, 160)}
    same = [name for name in theirs if dumped(theirs[name]) == dumped([humaneval[name].examples])]
    assert len(same) >= 140


def dumped(tests: list) -> set[str]:
    """The assertions, whatever their layout."""
    texts = [test if isinstance(test, str) else "".join(code.source for code in test) for test in tests]
    return {ast.dump(node) for text in texts for node in parse_program(text).body}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (">>> f(1)\n2", ["assert f(1) == 2"]),
        (">>> f(1)", ["assert f(1) == None"]),
        (">>> round(f([1, 2]), 2) # about\n-0.5", ["assert round(f([1, 2]), 2) == -0.5"]),
        ("f([1, 2], 'a)') == {'a': (1,)}", ["assert f([1, 2], 'a)') == {'a': (1,)}"]),
        ("f(1) ➞ true\nf(2) => False", ["assert f(1) == True", "assert f(2) == False"]),
        ("f(1) # => 'No' (a remark)", ["assert f(1) == 'No'"]),
        ("f(1) should return 16.", ["assert f(1) == 16"]),
        ("f(1) -> 19 - 5 - 6 = 8", ["assert f(1) == 8"]),
        ("f([\n  1], 2) == []", ["assert f([1], 2) == []"]),
        ('For s = "a", n = 2 the output should be 3.', ["assert f('a', 2) == 3"]),
        ("Input: a = [1], k = 3\nOutput: [1]", ["assert f([1], 3) == [1]"]),
        ("Input:\n  grid : [[0]]\n  size : 1\nOutput: 6", ["assert f([[0]], 1) == 6"]),
        ("g(1) == 2", ["assert f(1) == 2"]),
        ("g(1) == 2, f(1) == 3", ["assert f(1) == 3"]),
        ("f(a) == 1", []),
        ("f(1) == g(2)", []),
        ("f(n) = f(n - 1)", []),
        (">>> __import__('os').system('true') or f(1)\n2", []),
        (">>> f(open('x'))\n2", []),
        ("f(1)", []),
    ],
)
def test_examples_in_every_notation(text: str, found: list[str]):
    assert stated_examples(text, "f") == found
