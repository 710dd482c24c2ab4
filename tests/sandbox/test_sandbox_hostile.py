"""Programs that try to pass without being right; each file states its trick and its verdict.

Fast programs run in every backend, slow ones in one, by turns against tests that the host compares and
against the split tester; with HRL_ALL_HOSTILE=1 everything runs everywhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hrl.sandbox import Job, Limits
from hrl.sandbox.pool import PooledSandbox
from hrl.types import TestCode

FILES = sorted((Path(__file__).parent / "hostile").glob("*.py"))
HOST = "assert f(3) == 4\nassert f(4) == 5"
SPLIT = """
wanted = [4, 5]
for given in (3, 4):
    result = f(given)
    assert abs(result - wanted[given - 3]) < 1e-6
"""
HONEST = Job("def f(x):\n    return x + 1\n", (TestCode(HOST),))


WAYS = [("host", HOST), ("split", SPLIT)]
ALL = os.environ.get("HRL_ALL_HOSTILE") == "1"
BACKENDS = ("docker", "bubblewrap", "process")
SLOW = ("timeout", "not pass")


def _expected(text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith("# verdict: ")).removeprefix(
        "# verdict: "
    )


def _cases() -> Iterator[object]:
    for number, path in enumerate(FILES):
        slow = _expected(path.read_text()) in SLOW
        for place, backend in enumerate(BACKENDS):
            for turn, (way, tests) in enumerate(WAYS):
                if ALL or (number % 2 == turn and (not slow or number % 3 == place)):
                    marks = [pytest.mark.docker] if backend == "docker" else []
                    yield pytest.param(backend, path, tests, id=f"{backend}-{path.stem}-{way}", marks=marks)


@pytest.mark.parametrize(("sandbox", "path", "tests"), list(_cases()), indirect=["sandbox"])
def test_a_hostile_program_never_passes_and_harms_no_later_job(
    sandbox: PooledSandbox, path: Path, tests: str
) -> None:
    text = path.read_text()
    expected = _expected(text)
    seconds = 1.0 if expected in SLOW else 20.0
    limits = Limits(seconds_per_test=seconds, seconds_total=seconds, memory_mb=256)
    report = sandbox.run(Job(text, (TestCode(tests),), limits=limits))
    assert report.verdict != "pass", report
    if tests == HOST and expected != "not pass":
        assert report.verdict == expected, report
    assert sandbox.run(HONEST).verdict == "pass"


def test_there_are_at_least_sixty_hostile_programs() -> None:
    assert len(FILES) >= 60
