"""Reference solutions pass, programs that return None do not. A sample; HRL_ALL_REFERENCES=1 takes all."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hrl.config import load_settings
from hrl.sandbox import Job, Limits, open_sandbox
from hrl.sandbox.pool import PooledSandbox
from hrl.types import TestCode

DATA = Path(__file__).parents[3] / "shared" / "data"
EVERY = 1 if os.environ.get("HRL_ALL_REFERENCES") == "1" else 25
pytestmark = [
    pytest.mark.skipif(not DATA.exists(), reason="../shared/data is absent"),
    pytest.mark.timeout(1200),
]


@pytest.fixture(scope="module")
def process_sandbox() -> Iterator[PooledSandbox]:
    with open_sandbox(load_settings(sandbox="process", memory_mb=1024, max_parallel=1)) as opened:
        yield opened


def lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (DATA / name).read_text().splitlines()]


def humaneval() -> Iterator[tuple[str, Job]]:
    for row in lines("humaneval.jsonl"):
        program, tests = row["prompt"] + row["canonical_solution"], (TestCode(row["test"]),)
        yield row["task_id"], Job(program, tests, row["entry_point"], helpers=row["prompt"])


def mbpp() -> Iterator[tuple[str, Job]]:
    for row in lines("mbpp.jsonl"):
        for key in ("test_list", "challenge_test_list"):
            if row[key]:
                tests = joined(row["test_setup_code"], row[key])
                yield f"{row['task_id']} {key}", Job(row["code"], (TestCode(tests),))


def sanitized() -> Iterator[tuple[str, Job]]:
    for row in json.loads((DATA / "sanitized-mbpp.json").read_text()):
        tests = joined("\n".join(row["test_imports"]), row["test_list"])
        yield str(row["task_id"]), Job(row["code"], (TestCode(tests),))


def joined(setup: str, tests: list[str]) -> str:
    return "\n".join([*([setup] if setup else []), *tests])


def limited(job: Job) -> Job:
    limits = Limits(seconds_per_test=60.0, memory_mb=1024)
    return Job(job.program, job.tests, job.entry_point, job.helpers, limits)


@pytest.mark.parametrize("problems", [humaneval, mbpp, sanitized])
def test_reference_solutions_pass(process_sandbox: PooledSandbox, problems) -> None:
    failed = {}
    for name, job in list(problems())[::EVERY]:
        report = process_sandbox.run(limited(job))
        if report.verdict != "pass":
            failed[name] = report
    assert failed == {}


@pytest.mark.parametrize("problems", [humaneval, mbpp, sanitized])
def test_programs_that_return_none_do_not_pass(process_sandbox: PooledSandbox, problems) -> None:
    passed = []
    for name, job in list(problems())[::EVERY]:
        hollow = Job(emptied(job.program), job.tests, job.entry_point, job.helpers)
        if process_sandbox.run(hollow).verdict == "pass":
            passed.append(name)
    assert passed == []


def emptied(program: str) -> str:
    """Every top-level function with `return None` in place of its body."""
    tree = ast.parse(program)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            node.body = [ast.Return(ast.Constant(None))]
    return ast.unparse(ast.fix_missing_locations(tree))
