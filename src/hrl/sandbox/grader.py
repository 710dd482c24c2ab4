"""Grades one job over one or two boxes: the protocol of the verdict.

Expected values never enter the candidate's box. The first answer to a call counts; answers that nobody
asked for make every test of that process `protocol`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from hrl.sandbox.base import Job
from hrl.sandbox.box import Box
from hrl.sandbox.calling import Clock, LoadFailed, NeedsSplit, Process
from hrl.sandbox.comparing import SimpleRun
from hrl.sandbox.outcomes import outcome, report
from hrl.sandbox.reading import Part, Simple, Split, Unreadable, implied_entry, read_tests
from hrl.sandbox.splitting import SplitRun
from hrl.types import TestOutcome, TestReport


def grade(job: Job, candidate: Box, tester: Callable[[], Box], nproc: bool) -> TestReport:
    """Run one job. `tester` gives the second box when a test needs one.

    Raises:
        BoxLost: a box ended without being told to.
    """
    started = time.monotonic()
    parts = read_tests(job.tests, job.program, job.entry_point, job.helpers)
    clock = Clock(job, sum(len(part.names) for part in parts))
    limit = job.limits.processes if nproc else 0
    process = Process(candidate, job, clock, limit)
    outcomes: list[TestOutcome] = []
    try:
        outcomes = _grade_parts(job, parts, process, tester)
    except LoadFailed as problem:
        outcomes = _unloaded(parts, problem.failure)
    finally:
        process.stop()
    return report(outcomes, process.printed, time.monotonic() - started)


def _unloaded(parts: list[Part], failure: TestOutcome) -> list[TestOutcome]:
    names = [name for part in parts for name in part.names] or ["the program loads"]
    found = (failure.status, failure.error_class, failure.message)
    return [outcome(name, *found) for name in names]


def _grade_parts(
    job: Job, parts: list[Part], process: Process, tester: Callable[[], Box]
) -> list[TestOutcome]:
    process.start()
    if not parts:
        process.end()
        process.loaded()
        return [outcome("the program loads", "pass" if process.close() else "protocol")]
    outcomes: list[TestOutcome] = []
    for part in parts:
        outcomes += _grade_part(job, part, process, tester)
    return outcomes


def _grade_part(job: Job, part: Part, process: Process, tester: Callable[[], Box]) -> list[TestOutcome]:
    if isinstance(part, Unreadable):
        return [outcome(part.names[0], "error", "SyntaxError", part.message)]
    if isinstance(part, Simple):
        try:
            return SimpleRun(part, process).run()
        except NeedsSplit:
            process.stop()
            part = Split(part.code, part.names)
    entry = job.entry_point or implied_entry(job.tests, job.program)
    return SplitRun(part, job, entry, process, tester).run()
