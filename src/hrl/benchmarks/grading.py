"""Grades answers that exist already, and makes rows of them.

    samples ─► `submissions`: which programs? ─► `grade`: a sandbox job for each different one ─► rows

What the sandbox could not grade is tried once more and then listed apart: it is never a row, and a caller
that has any ends with the environment's exit code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Literal

from hrl.benchmarks.cutting import Cut
from hrl.benchmarks.datasets import canonical_id
from hrl.benchmarks.problem import Problem
from hrl.benchmarks.rows import Row
from hrl.benchmarks.samples import Sample, continues, program_of
from hrl.errors import BadInput, SandboxUnavailable
from hrl.sandbox.base import Job, Limits
from hrl.sandbox.pool import PooledSandbox
from hrl.types import TestReport, program_digest

SECONDS = 10.0
Progress = Callable[[int, int, int], None]
_Key = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Submission:
    """A program that somebody hands in for a problem."""

    problem: Problem
    sample: int
    program: str

    def job(self, limits: Limits, *, examples: bool = False) -> Job:
        """The sandbox job that grades it; or the one that runs the problem's examples."""
        tests = self.problem.examples if examples else self.problem.tests
        return Job(self.program, tests, self.problem.entry_point, self.problem.helpers, limits)


@dataclass(frozen=True, slots=True)
class Ungraded:
    """An answer that the sandbox failed on twice, with the sandbox's reason."""

    problem: str
    sample: int
    reason: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """A file's samples as programs.

    Attributes:
        submissions: in the file's order.
        whole: completions that define the function themselves and so continue no prompt.
        skipped: samples of problems that are not among those asked for.
        missing: problems without a sample.
    """

    submissions: tuple[Submission, ...]
    whole: int
    skipped: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graded:
    """What `grade` found.

    Attributes:
        rows: in the order of the submissions, known ones included.
        ungraded: what has no row; a caller that finds any ends with exit code 3.
        programs: how many different programs were run.
    """

    rows: tuple[Row, ...]
    ungraded: tuple[Ungraded, ...]
    programs: int


def grading_limits(seconds: float = SECONDS, *, memory_mb: int = 512) -> Limits:
    """One test may take `seconds`, all tests of an answer twice that, whether it is live or handed in.

    MBPP's slowest reference (123) takes 2.9 s on an idle machine.
    """
    return Limits(seconds_per_test=seconds, seconds_total=2 * seconds, memory_mb=memory_mb)


def submissions(
    samples: Iterable[Sample],
    problems: Sequence[Problem],
    *,
    dataset: str,
    cut: Cut = "as-is",
    usual_imports: bool = False,
    others: Literal["refuse", "skip"] = "refuse",
) -> Submitted:
    """The programs of a file's samples.

    Args:
        samples: see `read_samples`.
        problems: those to grade.
        dataset: its name, for the spellings of ids that it knows (`Mbpp/11` is MBPP's problem `11`).
        cut: see `hrl.benchmarks.cutting.CUTS`.
        usual_imports: whether the usual imports are put in front.
        others: what to do with samples of other problems.

    Raises:
        BadInput: a sample of another problem, unless those are skipped; or a line that is no sample.
    """
    known = {problem.id: problem for problem in problems}
    found: list[Submission] = []
    counts: dict[str, int] = {}
    whole = skipped = 0
    for sample in samples:
        problem = known.get(canonical_id(sample.task_id, dataset))
        if problem is None:
            if others == "refuse":
                raise BadInput(f"{sample.place}: there is no problem {sample.task_id!r} in this benchmark")
            skipped += 1
            continue
        whole += sample.kind == "completion" and bool(problem.prompt) and not continues(sample, problem)
        number = counts.get(problem.id, 0)
        counts[problem.id] = number + 1
        program = program_of(sample, problem, cut=cut, usual_imports=usual_imports)
        found.append(Submission(problem, number, program))
    missing = tuple(problem.id for problem in problems if problem.id not in counts)
    return Submitted(tuple(found), whole, skipped, missing)


def grade(
    given: Sequence[Submission],
    sandbox: PooledSandbox,
    *,
    limits: Limits | None = None,
    visible: bool = False,
    known: Iterable[Row] = (),
    keep: Callable[[Row], None] | None = None,
    progress: Progress | None = None,
) -> Graded:
    """Grade programs on every slot of the sandbox; equal programs of a problem run once.

    Args:
        given: what to grade; no sample of a problem twice.
        sandbox: where; its slots decide how many run at a time.
        limits: of one job; None: `grading_limits()`.
        visible: whether the problems' examples are run too (another job), for the visible/hidden gap.
        known: rows of an earlier session: what they hold is not graded again.
        keep: called with every new row as soon as there is one, for example to write it.
        progress: called with (done, solved, total) after each row, known ones counted.

    Raises:
        BadInput: a sample of a problem is given twice.
    """
    batch = _Batch(given, limits or grading_limits(), visible, known, keep, progress)
    lost = batch.run(sandbox, list(batch.waiting))
    if lost:
        lost = batch.run(sandbox, list(lost))
    return batch.graded(lost)


class _Batch:
    """The bookkeeping of one call of `grade`."""

    def __init__(
        self,
        given: Sequence[Submission],
        limits: Limits,
        visible: bool,
        known: Iterable[Row],
        keep: Callable[[Row], None] | None,
        progress: Progress | None,
    ) -> None:
        self.given, self.limits, self.visible = given, limits, visible
        self._keep, self._progress = keep, progress
        wanted = {(one.problem.id, one.sample) for one in given}
        if len(wanted) != len(given):
            raise BadInput("a sample of a problem is given twice")
        self.rows = {(row.problem, row.sample): row for row in known}
        self.rows = {key: row for key, row in self.rows.items() if key in wanted}
        self._solved = sum(row.solved for row in self.rows.values())
        self.waiting: dict[_Key, list[Submission]] = {}
        for one in given:
            if (one.problem.id, one.sample) not in self.rows:
                self.waiting.setdefault(_key(one), []).append(one)
        self._seen: dict[_Key, bool] = {}
        self._programs = len(self.waiting)

    def run(self, sandbox: PooledSandbox, keys: Sequence[_Key]) -> dict[_Key, str]:
        """Grade those programs; what the sandbox failed on, with its reason."""
        lost: dict[_Key, str] = {}
        if self.visible:
            shown = [key for key in keys if self.waiting[key][0].problem.examples and key not in self._seen]
            lost |= self._run(sandbox, shown, examples=True)
        return lost | self._run(sandbox, [key for key in keys if key not in lost], examples=False)

    def _run(self, sandbox: PooledSandbox, keys: Sequence[_Key], *, examples: bool) -> dict[_Key, str]:
        lost: dict[_Key, str] = {}
        with closing(sandbox.run_many(self._jobs(keys, examples=examples))) as results:
            for place, result in results:
                if isinstance(result, SandboxUnavailable):
                    lost[keys[place]] = str(result)
                elif examples:
                    self._seen[keys[place]] = result.verdict == "pass"
                else:
                    self._take(keys[place], result)
        return lost

    def graded(self, lost: dict[_Key, str]) -> Graded:
        """All rows in the order of the submissions."""
        found = (self.rows.get((one.problem.id, one.sample)) for one in self.given)
        ungraded = [
            Ungraded(one.problem.id, one.sample, reason)
            for key, reason in lost.items()
            for one in self.waiting[key]
        ]
        return Graded(tuple(row for row in found if row), tuple(ungraded), self._programs - len(lost))

    def _jobs(self, keys: Iterable[_Key], *, examples: bool) -> Iterator[Job]:
        for key in keys:
            yield self.waiting[key][0].job(self.limits, examples=examples)

    def _take(self, key: _Key, report: TestReport) -> None:
        digest = program_digest(self.waiting[key][0].program)
        for one in self.waiting[key]:
            row = replace(_row(one, report, digest), visible=self._seen.get(key))
            self.rows[row.problem, row.sample] = row
            self._solved += row.solved
            if self._keep is not None:
                self._keep(row)
            if self._progress is not None:
                self._progress(len(self.rows), self._solved, len(self.given))


def _key(one: Submission) -> _Key:
    """The exact text decides: programs that differ in a comment only are run apart."""
    return one.problem.id, hashlib.sha256(one.program.encode("utf-8", "surrogatepass")).digest()


def _row(one: Submission, report: TestReport, digest: str) -> Row:
    bad = next((outcome for outcome in report.outcomes if outcome.status != "pass"), None)
    message = "" if report.verdict == "pass" else (bad.message if bad else report.message) or report.verdict
    return Row(
        problem=one.problem.id,
        sample=one.sample,
        verdict=report.verdict,
        passed=report.passed,
        total=report.total,
        group=one.problem.group,
        message=" ".join(message.split()),
        digest=digest,
    )
