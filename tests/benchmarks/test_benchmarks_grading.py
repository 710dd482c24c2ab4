import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from hrl.benchmarks.grading import Submission, grade, grading_limits, submissions
from hrl.benchmarks.problem import Problem
from hrl.benchmarks.samples import read_samples
from hrl.config import load_settings
from hrl.errors import BadInput, SandboxUnavailable, StorageFailure
from hrl.sandbox import Job, open_sandbox
from hrl.sandbox.pool import PooledSandbox
from hrl.sandbox.process import ProcessBackend
from hrl.types import TestCode, program_digest

DATA = Path(__file__).parents[3] / "shared" / "data"
COMPLETIONS = DATA / "replay" / "codet_humaneval_codegen-16b.jsonl"
KNOWN = Path(__file__).parents[2] / "bench" / "results" / "recorded.json"
RIGHT, WRONG = "def half(n):\n    return n / 2\n", "def half(n):\n    return n\n"
NEAR = "def half(n):\n    return n // 2\n"
LOOP = "def half(n):\n    while True:\n        pass\n"
HALF = Problem(
    "T/0",
    "",
    "half",
    "def half(n)",
    (TestCode("assert half(4) == 2"),),
    (TestCode("assert half(2) == 1\nassert half(3) == 1.5\nassert half(0) == 0"),),
    group="easy",
)
TWICE = Problem("T/1", "", "twice", "def twice(n)", (), (TestCode("assert twice(2) == 4"),))


@pytest.fixture(scope="module")
def sandbox():
    with open_sandbox(load_settings(sandbox="process", max_parallel=2)) as box:
        yield box


def handed_in(*programs, problem=HALF):
    return [Submission(problem, sample, program) for sample, program in enumerate(programs)]


def test_rows_come_in_the_order_of_the_answers(sandbox):
    given = [*handed_in(WRONG, RIGHT, "def half(n)", RIGHT + "# other\n"), Submission(TWICE, 0, RIGHT)]
    found = grade(given, sandbox)
    assert [(row.problem, row.sample, row.verdict) for row in found.rows] == [
        ("T/0", 0, "fail"),
        ("T/0", 1, "pass"),
        ("T/0", 2, "error"),
        ("T/0", 3, "pass"),
        ("T/1", 0, "error"),
    ]
    assert [(row.passed, row.total, row.group) for row in found.rows[:2]] == [(1, 3, "easy"), (3, 3, "easy")]
    assert found.rows[1].digest == found.rows[3].digest == program_digest(RIGHT)
    assert found.rows[1].message == ""
    assert "SyntaxError" in found.rows[2].message
    assert all(row.message and "\n" not in row.message for row in found.rows if not row.solved)
    assert (found.ungraded, found.programs) == ((), 5)


def test_a_submission_is_a_job_of_its_problem():
    problem, limits = replace(HALF, helpers="import math"), grading_limits(1.0)
    one = Submission(problem, 0, RIGHT)
    assert one.job(limits) == Job(RIGHT, HALF.tests, "half", "import math", limits)
    assert one.job(limits, examples=True).tests == HALF.examples


def test_equal_texts_of_a_problem_run_once(sandbox):
    found = grade([*handed_in(*[RIGHT] * 30, WRONG), Submission(TWICE, 0, RIGHT)], sandbox)
    assert found.programs == 3
    assert [row.solved for row in found.rows] == [True] * 30 + [False] * 2


def test_the_examples_are_run_when_asked(sandbox):
    given = [*handed_in(NEAR, RIGHT, WRONG), *handed_in("def twice(n): return 4", problem=TWICE)]
    found = grade(given, sandbox, visible=True).rows
    assert [(row.visible, row.solved) for row in found] == [
        (True, False),
        (True, True),
        (False, False),
        (None, True),
    ]
    assert {row.visible for row in grade(given, sandbox).rows} == {None}


def test_rows_stream_and_progress_counts_what_is_known(sandbox):
    given = handed_in(RIGHT, WRONG, RIGHT, NEAR)
    known = grade(given[:2], sandbox).rows
    kept, told = [], []
    found = grade(given, sandbox, known=known, keep=kept.append, progress=lambda *now: told.append(now))
    assert {row.sample for row in kept} == {2, 3}
    assert found.programs == 2
    assert [row.sample for row in found.rows] == [0, 1, 2, 3]
    assert [(done, total) for done, _, total in told] == [(3, 4), (4, 4)]
    assert told[-1][1] == 2
    again = grade(given, sandbox, known=found.rows, keep=kept.append)
    assert (again.rows, again.programs, len(kept)) == (found.rows, 0, 2)


def test_a_looping_program_costs_its_limit_twice_at_most(sandbox):
    limits = grading_limits(1.0)
    report = sandbox.run(Job(LOOP, HALF.tests, "half", "", limits))
    assert {one.status for one in report.outcomes} == {"timeout"}
    assert report.outcomes[-1].message == "not run: the time was over"
    assert grade(handed_in(LOOP), sandbox, limits=limits).rows[0].verdict == "timeout"


def test_a_text_that_is_no_unicode_is_an_answer_that_fails(sandbox):
    found = grade(handed_in("x = '\ud800'\n" + RIGHT, RIGHT), sandbox)
    assert found.ungraded == ()
    assert [row.solved for row in found.rows] == [False, True]


def test_when_a_row_cannot_be_kept_nothing_runs_on(sandbox):
    def refuse(row):
        raise StorageFailure("no space")

    with pytest.raises(StorageFailure) as problem:
        grade(handed_in(*(f"{RIGHT}# {number}\n" for number in range(20))), sandbox, keep=refuse)
    assert problem.tb is not None
    running = {thread.name for thread in threading.enumerate()}
    assert not any(name.startswith("hrl-batch") for name in running)


def test_an_answer_given_twice_is_refused(sandbox):
    with pytest.raises(BadInput, match="given twice"):
        grade([*handed_in(RIGHT), *handed_in(WRONG)], sandbox)


class Failing:
    """A backend of processes whose first starts fail, after the canary's."""

    name, nproc = "process", ProcessBackend().nproc

    def __init__(self):
        self._real, self._lock, self.failures, self.left = ProcessBackend(), threading.Lock(), 0, 0

    def start(self, memory_mb):
        with self._lock:
            if self.left > 0:
                self.left -= 1
                self.failures += 1
                raise SandboxUnavailable("no box today")
        return self._real.start(memory_mb)

    def describe(self, box):
        return self._real.describe(box)

    def close(self):
        self._real.close()


@pytest.mark.parametrize(("failures", "rows", "ungraded"), [(2, 3, 0), (10**6, 0, 3)])
def test_what_the_sandbox_fails_on_is_tried_once_more_and_is_never_a_row(failures, rows, ungraded):
    backend = Failing()
    with PooledSandbox(backend, slots=1, memory_mb=512) as box:
        backend.left = failures
        found = grade(handed_in(RIGHT, WRONG, RIGHT), box)
    assert (len(found.rows), len(found.ungraded)) == (rows, ungraded)
    assert backend.failures == min(failures, 4)  # two programs, each at most twice
    assert {one.reason for one in found.ungraded} <= {"no box today"}
    assert found.programs == (2 if rows else 0)


def test_samples_become_programs_of_their_problems(tmp_path):
    path = tmp_path / "a.jsonl"
    lines = [
        {"task_id": "Mbpp/11", "solution": "a"},
        {"task_id": 11, "solution": "b"},
        {"task_id": "P", "completion": "def f(): pass"},
        {"task_id": "P", "completion": "    return 1"},
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    eleven = Problem("11", "", "g", "def g()", (), ())
    prompted = Problem("P", "", "f", "def f()", (), (), prompt="def f():\n")
    found = submissions(read_samples(path), [prompted, eleven, HALF], dataset="mbpp")
    assert [(one.problem.id, one.sample, one.program) for one in found.submissions] == [
        ("11", 0, "a"),
        ("11", 1, "b"),
        ("P", 0, "def f(): pass"),
        ("P", 1, "def f():\n    return 1"),
    ]
    assert (found.whole, found.skipped, found.missing) == (1, 0, ("T/0",))
    with pytest.raises(BadInput, match=r"a\.jsonl:1: there is no problem 'Mbpp/11'"):
        submissions(read_samples(path), [prompted], dataset="mbpp")
    assert submissions(read_samples(path), [prompted], dataset="mbpp", others="skip").skipped == 2


@pytest.mark.skipif(not COMPLETIONS.exists(), reason="the recorded completions are not on this machine")
def test_recorded_completions_get_the_verdicts_on_record(sandbox):
    wanted = ("HumanEval/162", "HumanEval/79")
    tasks = map(json.loads, (DATA / "humaneval.jsonl").read_text().splitlines())
    problems = [
        Problem(t["task_id"], "", t["entry_point"], "", (), (TestCode(t["test"]),), t["prompt"], t["prompt"])
        for t in tasks
        if t["task_id"] in wanted
    ]
    known = json.loads(KNOWN.read_text())
    for imports in (False, True):
        given = submissions(
            read_samples(COMPLETIONS), problems, dataset="humaneval", usual_imports=imports, others="skip"
        )
        found = grade(given.submissions, sandbox, limits=grading_limits(3.0)).rows
        for problem in wanted:
            solved = known["codegen"]["problems"][problem].get("pass", 0)
            gain = known["imports"]["gains"].get(problem, 0) if imports else 0
            assert sum(row.solved for row in found if row.problem == problem) == solved + gain
