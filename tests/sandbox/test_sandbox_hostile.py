"""Programs that try to pass without being right; each file states its trick and its verdict.

Every program runs in every backend, against tests that the host compares or against the split tester, by
turns; with HRL_ALL_HOSTILE=1 against both.
"""

from __future__ import annotations

import os
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


def _expected(text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith("# verdict: ")).removeprefix(
        "# verdict: "
    )


WAYS = [("host", HOST), ("split", SPLIT)]
ALL = os.environ.get("HRL_ALL_HOSTILE") == "1"
CASES = [
    pytest.param(path, tests, id=f"{path.stem}-{way}")
    for number, path in enumerate(FILES)
    for place, (way, tests) in enumerate(WAYS)
    if ALL or number % 2 == place
]


@pytest.mark.parametrize(("path", "tests"), CASES)
def test_a_hostile_program_never_passes_and_harms_no_later_job(
    sandbox: PooledSandbox, path: Path, tests: str
) -> None:
    text = path.read_text()
    limits = Limits(seconds_per_test=1.0, seconds_total=1.0, memory_mb=256)
    report = sandbox.run(Job(text, (TestCode(tests),), limits=limits))
    assert report.verdict != "pass", report
    expected = _expected(text)
    if tests == HOST and expected != "not pass":
        assert report.verdict == expected, report
    assert sandbox.run(HONEST).verdict == "pass"


def test_there_are_at_least_sixty_hostile_programs() -> None:
    assert len(FILES) >= 60
