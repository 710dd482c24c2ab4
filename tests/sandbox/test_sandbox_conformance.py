"""One behaviour for every backend."""

# ruff: noqa: E501

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from hrl.sandbox import Job
from hrl.sandbox.pool import PooledSandbox
from hrl.types import TestCode

INC = "def f(x):\n    return x + 1\n"


def statuses(report):
    return [outcome.status for outcome in report.outcomes]


def test_a_right_program_passes(grade):
    report = grade(INC, "assert f(1) == 2\nassert f(2) == 3")
    assert (report.verdict, report.passed, report.total) == ("pass", 2, 2)


def test_a_wrong_value_fails_with_both_sides(grade):
    outcome = grade(INC, "assert f(1) == 3").outcomes[0]
    assert (outcome.status, outcome.message) == ("fail", "expected 3, got 2")
    assert (outcome.expected, outcome.got) == ("3", "2")


def test_every_test_has_its_own_outcome(grade):
    assert statuses(grade(INC, "assert f(1) == 2\nassert f(1) == 3\nassert f('a') == 1")) == [
        "pass",
        "fail",
        "error",
    ]


def test_an_exception_is_named_with_its_line(grade):
    outcome = grade("def f(x):\n    return y\n", "assert f(1) == 2").outcomes[0]
    assert (outcome.error_class, outcome.message) == (
        "NameError",
        "NameError: name 'y' is not defined (line 2)",
    )


def test_a_program_that_does_not_parse_is_an_error_of_every_test(grade):
    report = grade("def f(x)\n    return x\n", "assert f(1) == 2\nassert f(2) == 3")
    assert (report.verdict, report.error_class, report.total) == ("error", "SyntaxError", 2)
    assert "line 1" in report.message


def test_a_job_without_tests_passes_when_the_program_loads(sandbox: PooledSandbox):
    assert sandbox.run(Job(INC, ())).verdict == "pass"
    assert sandbox.run(Job("import nothing_here\n", ())).error_class == "ModuleNotFoundError"


def test_a_missing_entry_point_is_a_name_error(grade):
    report = grade("def g(x):\n    return x\n", "assert f(1) == 2", entry_point="f")
    assert (report.verdict, report.error_class) == ("error", "NameError")
    assert "'f'" in report.message


@pytest.mark.parametrize(
    ("program", "tests"),
    [
        ("def f(n):\n    return n\n", "assert f(float('nan')) != f(float('nan'))"),
        ("def f(n):\n    return 7 ** n\n", "assert f(5000) == f(5000)\nassert f(2) == 49"),
        ("def f(a, b=1, *, c=2):\n    return a, b, c\n", "assert f(1, c=5) == (1, 1, 5)"),
        ("def f(x):\n    return {x, x}\n", "assert f(1) == {1}\nassert 1 in f(1)\nassert len(f(1)) == 1"),
        ("def f(x):\n    return x / 3\n", "import math\nassert math.isclose(f(1), 0.3333333333)"),
        ("def f(x):\n    return x / 3\n", "assert abs(f(1) - 0.33333) < 1e-3"),
        ("def f(x):\n    return x\ndef g(x):\n    return x * 2\n", "assert f(g(2)) == 4"),
        ("def f(x):\n    return b'\\x00\\xff' + x\n", "assert f(b'a') == b'\\x00\\xffa'"),
        ("def f(x):\n    return None\n", "assert f(1) is None\nassert not f(1)"),
        ("def f(x):\n    return '\\ud800'\n", "assert f(1) == '\\ud800'"),
        ("def sum(a, b):\n    return a - b\n", "assert sum(3, 2) == 1"),
        ("def check(x):\n    return x\n", "assert check(3) == 3"),
        (
            "from collections import Counter\ndef f(x):\n    return Counter(x)\n",
            "assert f('aab') == {'a': 2, 'b': 1}",
        ),
        ("import math\ndef f(x):\n    return x\n", "assert math.isclose(f(2.0), 2.0)"),
    ],
)
def test_simple_assertions_are_compared_by_the_host(grade, program, tests):
    report = grade(program, tests)
    assert report.verdict == "pass", report


@pytest.mark.parametrize(
    ("program", "tests"),
    [
        (INC, "x = 3\nassert f(x) == 4"),
        (INC, "for i in range(5):\n    assert f(i) == i + 1"),
        (INC, "def test_one():\n    assert f(1) == 2\n\ndef test_two():\n    assert f(2) == 3\n"),
        (INC, "class TestF:\n    def test_one(self):\n        assert f(1) == 2\n"),
        (INC, "def check(candidate):\n    assert candidate(1) == 2\ncheck(f)\n"),
        (INC, "from solution import f\nassert [f(i) for i in range(3)] == [1, 2, 3]"),
        (INC, "import solution\nassert solution.f(1) == 2"),
        ("def f(a):\n    a.sort()\n", "a = [3, 1]\nf(a)\nassert a == [1, 3]"),
        ("def f(d):\n    d['k'].append(1)\n    return d\n", "d = {'k': []}\nassert f(d) is d\nassert d == {'k': [1]}"),
        ("def f(s):\n    s.add(4)\n", "s = set()\nf(s)\nassert s == {4}"),
        ("def f(a):\n    a[0][0] = 9\n", "a = [[0]] * 2\nf(a)\nassert a == [[9], [9]]"),
        ("def f(a, key):\n    return sorted(a, key=key)\n", "assert f([1, 2], key=lambda v: -v) == [2, 1]"),
        ("def f(g, x):\n    return g(g(x))\n", "assert f(lambda v: v * 3, 2) == 18"),
        ("def f(n):\n    yield from range(n)\n", "assert list(f(3)) == [0, 1, 2]"),
        ("def f(n):\n    return lambda v: v + n\n", "assert f(2)(3) == 5"),
        ("def f(x):\n    raise ValueError('bad')\n", "import pytest\nwith pytest.raises(ValueError, match='bad'):\n    f(1)"),
        ("class E(ValueError): pass\ndef f(x):\n    raise E('b')\n", "try:\n    f(1)\n    assert False\nexcept E as e:\n    assert str(e) == 'b'"),
        ("def f(x):\n    print('hello', x)\n", "import io, contextlib\no = io.StringIO()\nwith contextlib.redirect_stdout(o):\n    f(1)\nassert o.getvalue() == 'hello 1\\n'"),
    ],
)  # fmt: skip
def test_other_tests_run_in_a_box_of_their_own(grade, program, tests):
    report = grade(program, tests)
    assert report.verdict == "pass", report


STACK = """
class Stack:
    def __init__(self):
        self.items = []
    def push(self, item):
        self.items.append(item)
    def pop(self):
        return self.items.pop()
    def __len__(self):
        return len(self.items)
"""


def test_a_class_is_used_through_a_proxy(grade):
    tests = "s = Stack()\ns.push(3)\nassert len(s) == 1\nassert s.pop() == 3\nassert len(s) == 1\nassert isinstance(s, Stack)"
    assert statuses(grade(STACK, tests)) == ["pass", "pass", "fail", "pass"]


def test_test_cases_of_unittest_are_counted_one_by_one(grade):
    tests = """
import unittest
class T(unittest.TestCase):
    def setUp(self):
        self.given = 1
    def test_right(self):
        self.assertEqual(f(self.given), 2)
    def test_wrong(self):
        self.assertEqual(f(self.given), 3)
    def test_raises(self):
        with self.assertRaises(TypeError):
            f('a')
if __name__ == '__main__':
    unittest.main()
"""
    report = grade(INC, tests)
    found = {outcome.name: outcome.status for outcome in report.outcomes}
    assert found == {"T.test_right": "pass", "T.test_wrong": "fail", "T.test_raises": "pass"}


def test_parametrised_tests_and_fixtures(grade):
    tests = """
import pytest
@pytest.fixture
def one():
    yield 1
@pytest.mark.parametrize('given,wanted', [(1, 2), (2, 3)])
def test_f(given, wanted):
    assert f(given) == wanted
def test_fixture(one):
    assert f(one) == pytest.approx(2.0)
"""
    assert statuses(grade(INC, tests)) == ["pass", "pass"]


def test_a_check_function_gets_the_entry_point(grade):
    report = grade(
        INC,
        "def check(candidate):\n    assert candidate(1) == 2\n    assert candidate(1) == 5\n",
        entry_point="f",
    )
    assert (report.verdict, report.outcomes[0].message) == ("fail", "expected 5, got 2")


def test_helpers_of_the_task_win_over_the_candidates(grade):
    program = "def poly(x):\n    return 0\ndef f(x):\n    return 1\n"
    tests = "def check(candidate):\n    assert abs(poly(candidate(3))) < 1e-4\n"
    assert grade(program, tests, entry_point="f", helpers="def poly(x):\n    return x\n").verdict == "fail"


@pytest.mark.parametrize(
    ("program", "tests", "expected"),
    [
        (INC, ">>> f(1)\n2\n>>> f(1)\n3\n", ["pass", "fail"]),
        ("def f(x):\n    print('a', x)\n", ">>> f(1)\na 1\n>>> f(1)\nb 1\n", ["pass", "fail"]),
        (INC, ">>> x = 3\n>>> f(x)\n4\n", ["pass", "pass"]),
        ("def f(x):\n    raise ValueError('no')\n", ">>> f(1)\nTraceback (most recent call last):\nValueError: no\n", ["pass"]),
    ],
)  # fmt: skip
def test_doctest_examples(grade, program, tests, expected):
    assert statuses(grade(program, tests, "doctest")) == expected


def test_a_test_that_never_calls_the_program_is_no_pass(grade):
    assert grade(INC, "def test_a():\n    assert True\n").verdict == "error"


def test_an_endless_program_times_out_and_the_other_tests_count(grade):
    report = grade(
        "def f(x):\n    while x: pass\n    return 0\n",
        "assert f(0) == 0\nassert f(1) == 0\nassert f(0) == 0",
        seconds=1.5,
    )
    assert statuses(report) == ["pass", "timeout", "pass"]


def test_too_much_memory_has_its_own_verdict(grade):
    assert grade("def f(x):\n    return [0] * 10 ** 10\n", "assert f(1) == 1").verdict == "memory"


def test_output_is_kept_and_decides_nothing(grade):
    report = grade("print('loaded')\ndef f(x):\n    print('called')\n    return 1\n", "assert f(1) == 1")
    assert report.verdict == "pass"
    assert "loaded" in report.stdout_tail
    assert "called" in report.stdout_tail


def test_nothing_of_a_job_is_left_for_the_next(grade):
    grade("import os\nopen('/tmp/left', 'w').close()\ndef f(x):\n    return 1\n", "assert f(1) == 1")
    assert (
        grade("import os\ndef f(x):\n    return os.listdir('/tmp')\n", "assert f(1) == []").verdict == "pass"
    )


def test_jobs_run_at_the_same_time(sandbox: PooledSandbox):
    started: list[float] = []
    ended: list[float] = []

    def run(_: int) -> str:
        started.append(time.monotonic())
        report = sandbox.run(
            Job(
                "import time\ndef f(x):\n    time.sleep(0.7)\n    return 1\n", (TestCode("assert f(1) == 1"),)
            )
        )
        ended.append(time.monotonic())
        return report.verdict

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, range(2))) == ["pass", "pass"]
    assert max(started) < min(ended)


def test_a_report_names_its_backend_and_isolation(sandbox: PooledSandbox):
    report = sandbox.run(Job(INC, ()))
    assert report.backend == sandbox.backend
    assert report.isolation.startswith(sandbox.backend)
