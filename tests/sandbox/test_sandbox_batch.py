"""Many jobs at once: every place once, no more read than is worked on, nothing running after an early end."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from hrl.config import load_settings
from hrl.errors import SandboxUnavailable
from hrl.sandbox import Job, Limits, open_sandbox
from hrl.sandbox.pool import PooledSandbox
from hrl.types import TestCode, TestReport

TESTS = (TestCode("assert f(1) == 2"),)
RIGHT = Job("def f(x):\n    return x + 1\n", TESTS)
WRONG = Job("def f(x):\n    return x\n", TESTS)
SLOW = Job("import time\ndef f(x):\n    time.sleep(8)\n    return 2\n", TESTS, limits=Limits(20.0))


@pytest.fixture(scope="module")
def two() -> Iterator[PooledSandbox]:
    with open_sandbox(load_settings(sandbox="process", max_parallel=2)) as opened:
        yield opened


def verdict(result: TestReport | SandboxUnavailable) -> str:
    assert isinstance(result, TestReport)
    return result.verdict


def test_each_job_comes_back_once_with_its_place(two: PooledSandbox) -> None:
    jobs = [RIGHT, WRONG] * 30
    found = dict(two.run_many(jobs))
    assert [verdict(found[place]) for place in range(60)] == ["pass", "fail"] * 30


def test_a_slow_job_does_not_hold_the_others_back(two: PooledSandbox) -> None:
    slow = Job("import time\ndef f(x):\n    time.sleep(1.5)\n    return 2\n", TESTS)
    places = [place for place, _ in two.run_many([slow, *[RIGHT] * 20])]
    assert places[-1] == 0
    assert sorted(places) == list(range(21))


def test_no_more_jobs_are_read_than_are_worked_on(two: PooledSandbox) -> None:
    read = 0

    def endless() -> Iterator[Job]:
        nonlocal read
        while True:
            read += 1
            yield RIGHT

    results = two.run_many(endless())
    for _ in range(5):
        next(results)
    time.sleep(1.0)
    assert read <= 5 + 3 * 2
    results.close()


def test_leaving_early_ends_the_jobs_that_run(two: PooledSandbox) -> None:
    started = time.monotonic()
    results = two.run_many([RIGHT, SLOW, SLOW])
    assert next(results)[0] == 0
    results.close()
    assert time.monotonic() - started < 6
    assert two.run(RIGHT).verdict == "pass"


def test_what_the_jobs_raise_is_raised(two: PooledSandbox) -> None:
    def broken() -> Iterator[Job]:
        yield RIGHT
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        list(two.run_many(broken()))


def test_a_closed_sandbox_grades_nothing_and_fails_nothing() -> None:
    opened = open_sandbox(load_settings(sandbox="process"))
    opened.close()
    found = list(opened.run_many([RIGHT, WRONG]))
    assert sorted(place for place, _ in found) == [0, 1]
    assert all(isinstance(result, SandboxUnavailable) for _, result in found)


def test_no_jobs_are_no_results(two: PooledSandbox) -> None:
    assert list(two.run_many([])) == []
