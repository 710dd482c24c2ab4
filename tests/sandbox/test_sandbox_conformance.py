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


CHECKS = {
    "asserts": (["pass", "fail"], "assert candidate(1) == 2\nassert candidate(1) == 5"),
    "constants": (["pass"], "'text'\nassert True, 'fine'\npass\nassert candidate(1) == 2"),
    "splits": (["pass", "fail"], "assert [candidate(i) for i in (1, 2)] == [2, 3]\nassert any(candidate(i) == 9 for i in (1, 2))"),
    "statements": (["fail"], "x = 3\nassert candidate(x) == 4\nassert candidate(x) == 5"),
    "shadowed": (["pass"], "assert [candidate for candidate in (1, 2)] == [1, candidate(1)]"),
    "lambda": (["pass"], "assert (lambda f: f + candidate(1))(3) == 5"),
    "nothing": (["error"], "pass"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize(
    "around", ["{}", "METADATA = {{'author': 'x'}}\n\n\n{}", "import math\n{}check(f)\n"]
)
def test_a_check_function_gets_the_entry_point(grade, name, around):
    expected, body = CHECKS[name]
    check = "def check(candidate):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    report = grade(INC, around.format(check), entry_point="f")
    if name != "nothing":
        assert statuses(report) == expected, report
    assert (report.verdict == "pass") == (set(expected) == {"pass"})


def test_a_check_with_another_shape_is_run_as_it_is(grade):
    decorated = "def twice(g):\n    return g\n@twice\ndef check(candidate):\n    assert candidate(1) == 2\n"
    assert statuses(grade(INC, decorated, entry_point="f")) == ["pass"]
    defaults = "def check(candidate, n=1):\n    assert candidate(n) == 2\n    assert candidate(n) == 3\n"
    assert statuses(grade(INC, defaults, entry_point="f")) == ["fail"]


def test_helpers_of_the_task_win_over_the_candidates(grade):
    program = "def poly(x):\n    return 0\ndef f(x):\n    return 1\n"
    tests = "def check(candidate):\n    assert abs(poly(candidate(3))) < 1e-4\n"
    assert grade(program, tests, entry_point="f", helpers="def poly(x):\n    return x\n").verdict == "fail"
    assert (
        grade(
            program, ">>> poly(f(3))\n0\n", "doctest", entry_point="f", helpers="def poly(x):\n    return x\n"
        ).verdict
        == "fail"
    )


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


LONG = 100_000
UNREADABLE = {
    "attributes": "a" + ".b" * LONG,
    "sums": "1" + "+1" * LONG,
    "unary": "-" * LONG + "1",
    "parentheses": "(" * LONG + ")" * LONG,
    "branches": "if 0: pass\n" + "elif 0: pass\n" * LONG,
    "calls": "f" + "()" * LONG,
    "null": "a = 1\0",
    "surrogate": "a = '\ud800'",
    "integer": "a = " + "9" * LONG,
    "lines": "x = 1\n" * (LONG // 20),
}


@pytest.mark.parametrize("sandbox", ["process"], indirect=True)
@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_text_that_is_hard_to_parse_is_no_pass_and_no_crash(grade, text):
    assert grade(text, "assert f(3) == 4").verdict != "pass"
    assert grade("def f(x):\n    return 4\n", text).verdict != "pass"
    assert grade(INC, "assert f(3) == 4").verdict == "pass"


HONEST: list[tuple[str, str, str]] = [
    ('from collections import Counter\ndef f(x):\n    return Counter(x)', "c = f('aab')\nassert c.most_common(1) == [('a', 2)]\nassert c['zz'] == 0", 'pass'),
    ('from collections import Counter\ndef f(x):\n    return Counter(x)', "assert f('aab')['zz'] == 0", 'pass'),
    ('from collections import defaultdict\ndef f(x):\n    d = defaultdict(list)\n    for v in x: d[v % 2].append(v)\n    return d', 'assert f([1,2,3]) == {1: [1, 3], 0: [2]}\nassert f([1])[5] == []', 'pass'),
    ('from collections import defaultdict\ndef f(x):\n    d = defaultdict(lambda: 7)\n    d[1] = x\n    return d', 'assert f(3) == {1: 3}\nassert f(3)[9] == 7', 'pass protocol'),
    ('from collections import OrderedDict\ndef f(x):\n    return OrderedDict((v, 1) for v in x)', "d = f('ab')\nd.move_to_end('a')\nassert list(d) == ['b', 'a']\nassert f('ab') != __import__('collections').OrderedDict([('b',1),('a',1)])", 'pass'),
    ("from collections import namedtuple\nPoint = namedtuple('Point', 'x y')\ndef f(a, b):\n    return Point(a, b)", 'p = f(1, 2)\nassert p.x == 1 and p.y == 2\nassert p == (1, 2)\nassert isinstance(p, tuple)\nassert p._replace(x=5) == (5, 2)\nassert isinstance(p, Point)', 'pass'),
    ('def f(p):\n    return p.x + p.y', "from collections import namedtuple\nQ = namedtuple('Q', 'x y')\nassert f(Q(1, 2)) == 3", 'pass'),
    ('def f(c):\n    return c.most_common(1)[0][0]', "from collections import Counter\nassert f(Counter('aab')) == 'a'", 'pass'),
    ('def f(d):\n    d.append(9)\n    d.popleft()', 'from collections import deque\nd = deque([1, 2])\nf(d)\nassert d == deque([2, 9])', 'pass'),
    ('from collections import deque\ndef f(n):\n    return deque(range(n), maxlen=2)', 'from collections import deque\nassert f(4) == deque([2, 3])\nassert f(4).maxlen == 2', 'pass'),
    ("def f(c):\n    c['a'] += 1", "from collections import Counter\nc = Counter('a')\nf(c)\nassert c == {'a': 2}\nassert c['q'] == 0", 'pass'),
    ('def deco(fn):\n    def inner(*a):\n        return fn.__name__, fn.__doc__, fn(*a)\n    return inner', "@deco\ndef g(x):\n    'adds'\n    return x + 1\nassert g(1) == ('g', 'adds', 2)", 'pass'),
    ('import functools\ndef deco(fn):\n    @functools.wraps(fn)\n    def inner(*a):\n        return fn(*a)\n    return inner', "def g(x: int):\n    return x\ng.tag = 1\nh = deco(g)\nassert h(1) == 1\nassert h.tag == 1\nassert h.__annotations__\nassert h.__wrapped__ is g", 'pass protocol protocol protocol'),
    ('def memo(fn):\n    seen = {}\n    def inner(n):\n        if n not in seen: seen[n] = fn(n)\n        return seen[n]\n    return inner', "@memo\ndef fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\nassert fib(1) == 1\nassert fib(10) == 55\nassert memo(abs)(-2) == 2", 'pass protocol pass'),
    ('def deco(fn):\n    return fn', "def g(x):\n    return x\nassert deco(g)(1) == 1", 'protocol'),
    ('class Bus:\n    def __init__(self): self.all = []\n    def on(self, fn): self.all.append(fn)\n    def off(self, fn): self.all.remove(fn)', "def g():\n    return 1\nb = Bus()\nb.on(g)\nb.off(g)\nassert len(b.all) == 0", 'pass'),
    ('class S:\n    "a stack"\ndef f(x):\n    "adds"\n    return x', "assert S.__doc__ == 'a stack'\nassert S().__doc__ == 'a stack'\nassert S.__module__ == 'solution'\nassert f.__doc__ == 'adds'", 'pass pass pass protocol'),
    ("class T(tuple):\n    _fields = ('a',)\ndef f(x):\n    return T((1, 2, 3))", 'import pytest\ndef test_a():\n    with pytest.raises(Exception):\n        f(1)', 'protocol'),
    ('def f(*counts):\n    return {}, {}, {}, {}', "from collections import Counter\nc = Counter('ab')\nassert f(c, Counter('a'), Counter('b')) == ({}, {}, {}, {})", 'pass'),
    ('def f(a, b):\n    return {}', "from collections import Counter\nc = Counter('a')\ndef test_a():\n    assert f([c], b=[Counter('a'), Counter('a')]) == {'a': 1}", 'fail'),
    ('class L(list):\n    def total(self): return sum(self)\ndef f(n):\n    return L(range(n))', 'assert f(3) == [0, 1, 2]\nassert f(3).total() == 3', 'pass protocol'),
    ('class L(list):\n    pass\ndef f(n):\n    return L(range(n))', 'assert isinstance(f(3), L)\nassert isinstance(f(3), list)', 'pass'),
    ('from enum import Enum, IntEnum\nclass Color(Enum):\n    RED = 1\n    BLUE = 2\nclass N(IntEnum):\n    ONE = 1\ndef f(x):\n    return Color(x)\ndef g(x):\n    return N(x)', "assert f(1) == Color.RED\nassert f(1) is Color.RED\nassert f(2) != Color.RED\nassert f(2).name == 'BLUE'\nassert f(2).value == 2\nassert len(Color) == 2\nassert [c.name for c in Color] == ['RED', 'BLUE']\nassert Color['RED'] == f(1)\nassert f(1) in Color\nassert f(1) in [Color.RED]\nassert f(1) in {Color.RED}\nassert {Color.RED: 5}[f(1)] == 5", 'pass'),
    ('from enum import Enum, IntEnum\nclass Color(Enum):\n    RED = 1\n    BLUE = 2\nclass N(IntEnum):\n    ONE = 1\ndef f(x):\n    return Color(x)\ndef g(x):\n    return N(x)', "assert g(1) == 1\nassert g(1) == N.ONE\nassert g(1).name == 'ONE'", 'pass pass protocol'),
    ('from dataclasses import dataclass\n@dataclass(frozen=True, order=True)\nclass P:\n    x: int\n    y: int = 0\n    def dist(self): return abs(self.x) + abs(self.y)\ndef f(a, b):\n    return P(a, b)', "p = P(1, 2)\nassert p == f(1, 2)\nassert p != P(2, 2)\nassert p < P(2, 0)\nassert len({P(1, 2), P(1, 2)}) == 1\nassert P(1, 2) in {f(1, 2)}\nassert p.dist() == 3\nassert str(p) == 'P(x=1, y=2)'\nassert repr(f(1, 0)) == 'P(x=1, y=0)'\nassert sorted([P(2), P(1)])[0].x == 1\nassert type(p) is P\nassert type(p).__name__ == 'P'\nassert p.x + p.y == 3", 'pass'),
    ('from dataclasses import dataclass\n@dataclass(frozen=True, order=True)\nclass P:\n    x: int\n    y: int = 0\n    def dist(self): return abs(self.x) + abs(self.y)\ndef f(a, b):\n    return P(a, b)', 'import pytest\np = P(1)\nwith pytest.raises(Exception):\n    p.x = 5\nassert p.x == 1', 'pass'),
    ('def f(n):\n    yield from range(n)', 'import types\ng = f(3)\nassert next(g) == 0\nassert list(g) == [1, 2]\nassert list(g) == []\nassert isinstance(f(1), types.GeneratorType)\nimport inspect\nassert inspect.isgenerator(f(2))\nassert sum(f(4)) == 6\nassert next(f(0), None) is None\nassert not isinstance(f(3), list)', 'pass'),
    ('def f(n):\n    yield from range(n)', 'import inspect\nassert inspect.isgeneratorfunction(f)', 'protocol'),
    ('def f(n):\n    yield from range(n)', 'g = f(1)\nnext(g)\ntry:\n    next(g)\n    assert False\nexcept StopIteration:\n    pass\nassert list(f(1)) == [0]', 'pass'),
    ('class R:\n    def __init__(self, n): self.n = n\n    def __iter__(self): return iter(range(self.n))', 'r = R(3)\nassert list(r) == [0, 1, 2]\nassert list(r) == [0, 1, 2]\nassert 2 in list(r)', 'pass'),
    ('class It:\n    def __init__(self, n):\n        self.n = n\n    def __iter__(self): return self\n    def __next__(self):\n        if self.n == 0: raise StopIteration\n        self.n -= 1\n        return self.n', 'i = It(2)\nassert iter(i) is i\nassert list(i) == [1, 0]\nimport pytest\nwith pytest.raises(StopIteration):\n    next(i)', 'pass'),
    ('def f(x):\n    i = iter([])\n    return next(i)', 'import pytest\nwith pytest.raises(StopIteration):\n    f(1)', 'pass'),
    ('import sys\ndef f(x):\n    sys.exit(x)', 'import unittest\nclass T(unittest.TestCase):\n    def test_a(self):\n        with self.assertRaises(SystemExit):\n            f(1)\n    def test_b(self):\n        self.assertRaises(SystemExit, f, 2)\n    def test_c(self):\n        with self.assertRaises(SystemExit) as c:\n            f(1)\n        self.assertEqual(c.exception.code, 1)', 'pass pass protocol'),
    ('import sys\ndef f(x):\n    sys.exit(x)', 'try:\n    f(1)\n    assert False\nexcept SystemExit:\n    pass\nassert f', 'pass'),
    ('def f(x):\n    raise KeyboardInterrupt', 'from contextlib import suppress\nwith suppress(KeyboardInterrupt, ValueError):\n    f(1)\n    assert False\ntry:\n    f(1)\nexcept (ValueError, KeyboardInterrupt) as e:\n    assert isinstance(e, KeyboardInterrupt)', 'pass'),
    ("class AppError(Exception): pass\nclass DbError(AppError):\n    def __init__(self, code):\n        super().__init__(f'code {code}')\n        self.code = code\ndef f(x):\n    raise DbError(x)", "import pytest\nwith pytest.raises(AppError):\n    f(1)\nwith pytest.raises(DbError, match='code 1'):\n    f(1)\ntry:\n    f(3)\nexcept DbError as e:\n    assert e.code == 3", 'pass pass protocol'),
    ("class E(Exception):\n    def __init__(self, a, b):\n        self.a = a\n    def __str__(self): return f'bad {self.a}'\ndef f(x):\n    raise E(x, 2)", "try:\n    f(3)\nexcept E as e:\n    assert str(e) == 'bad 3'", 'protocol'),
    ('def f(x):\n    return {}[x]', "import pytest\nwith pytest.raises(KeyError) as i:\n    f(3)\nassert i.value.args[0] == 3\nassert str(i.value) == '3'\nwith pytest.raises(KeyError, match='a'):\n    f('a')\nwith pytest.raises(LookupError):\n    f(1)", 'pass'),
    ("def f(x):\n    return b'\\xff'.decode()", 'import pytest\nwith pytest.raises(UnicodeDecodeError):\n    f(1)\nwith pytest.raises(ValueError):\n    f(1)', 'pass'),
    ("def f(x):\n    raise ValueError('a', x)", "try:\n    f(3)\nexcept ValueError as e:\n    assert e.args == ('a', 3)", 'protocol'),
    ("def f(x):\n    open('/nope/x')", 'import pytest\nwith pytest.raises(FileNotFoundError):\n    f(1)\nwith pytest.raises(OSError) as e:\n    f(1)\nassert e.value.errno == 2', 'pass pass protocol'),
    ('def f(n):\n    def g(x):\n        return x + n\n    return g', 'g = f(2)\nassert g(1) == 3\nassert callable(g)\nassert [g(i) for i in range(2)] == [2, 3]\nassert list(map(g, [1, 2])) == [3, 4]', 'pass'),
    ('import functools\ndef deco(fn):\n    @functools.wraps(fn)\n    def inner(*a):\n        return fn(*a) * 2\n    return inner', "@deco\ndef g(x):\n    return x + 1\nassert g(1) == 4\nassert g.__name__ == 'g' and g.__doc__ is None", 'pass'),
    ('def compose(*fs):\n    def run(x):\n        for fn in fs: x = fn(x)\n        return x\n    return run\ndef inc(x): return x + 1', "assert compose(lambda v: v + 1, str)(3) == '4'", 'pass'),
    ('def ap(fn, x):\n    return fn(x)\ndef inc(x): return x + 1', 'assert ap(inc, 1) == 2', 'protocol'),
    ('import functools\n@functools.lru_cache\ndef f(n):\n    return n', 'f(1)\nassert f.cache_info().misses == 1', 'pass protocol'),
    ('import functools\n@functools.lru_cache\ndef f(n):\n    return n', 'assert f(3) == 3', 'pass'),
    ("def f(x):\n    'doc'\n    return x", "assert f.__doc__ == 'doc'\nassert f.__name__ == 'f'\nassert f(1) == 1", 'protocol pass pass'),
    ("class CM:\n    def __init__(self): self.log = []\n    def __enter__(self):\n        self.log.append('in')\n        return self\n    def __exit__(self, *a):\n        self.log.append('out')\n        return False", "c = CM()\nwith c as d:\n    assert d.log == ['in']\nassert c.log == ['in', 'out']\nassert c is d", 'pass'),
    ('from contextlib import contextmanager\n@contextmanager\ndef f(x):\n    yield x * 2', 'with f(2) as v:\n    assert v == 4\nwith f(2) as v:\n    assert v == 5', 'pass fail'),
    ('class S:\n    def __enter__(self): return self\n    def __exit__(self, t, v, b): return t is ValueError', "with S():\n    raise ValueError('x')\nassert S()", 'protocol'),
    ('class V:\n    def __init__(self, x, y): self.x, self.y = x, y\n    def __add__(self, o): return V(self.x + o.x, self.y + o.y)\n    def __eq__(self, o): return (self.x, self.y) == (o.x, o.y)\n    def __neg__(self): return V(-self.x, -self.y)\n    def __abs__(self): return (self.x ** 2 + self.y ** 2) ** .5\n    def __matmul__(self, o): return self.x * o.x + self.y * o.y\n    def __mul__(self, k): return V(self.x * k, self.y * k)\n    def __getitem__(self, i): return (self.x, self.y)[i]\n    def __len__(self): return 2\n    def __bool__(self): return bool(self.x or self.y)\n    def __contains__(self, v): return v in (self.x, self.y)\n    def __iter__(self): return iter((self.x, self.y))\n    def __float__(self): return abs(self)\n    @property\n    def norm(self): return abs(self)\n    @classmethod\n    def zero(cls): return cls(0, 0)\n    @staticmethod\n    def two(): return 2', "a, b = V(3, 4), V(1, 1)\nassert a + b == V(4, 5)\nassert -a == V(-3, -4)\nassert abs(a) == 5.0\nassert a @ b == 7\nassert a[0] == 3\nassert len(a) == 2\nassert not V(0, 0)\nassert V(0, 1)\nassert list(a) == [3, 4]\nx, y = a\nassert (x, y) == (3, 4)\nassert a.norm == 5.0\nassert V.zero() == V(0, 0)\nassert V.two() == 2\nassert float(a) == 5.0\na += b\nassert a == V(4, 5)\nassert a != V(0, 0)\nassert isinstance(a, V)\nassert not isinstance(3, V)\nassert hasattr(a, 'x')\nassert not hasattr(a, 'zz')\nassert getattr(a, 'q', 5) == 5\nassert a is not None", 'pass'),
    ('class V:\n    def __init__(self, x, y): self.x, self.y = x, y\n    def __add__(self, o): return V(self.x + o.x, self.y + o.y)\n    def __eq__(self, o): return (self.x, self.y) == (o.x, o.y)\n    def __neg__(self): return V(-self.x, -self.y)\n    def __abs__(self): return (self.x ** 2 + self.y ** 2) ** .5\n    def __matmul__(self, o): return self.x * o.x + self.y * o.y\n    def __mul__(self, k): return V(self.x * k, self.y * k)\n    def __getitem__(self, i): return (self.x, self.y)[i]\n    def __len__(self): return 2\n    def __bool__(self): return bool(self.x or self.y)\n    def __contains__(self, v): return v in (self.x, self.y)\n    def __iter__(self): return iter((self.x, self.y))\n    def __float__(self): return abs(self)\n    @property\n    def norm(self): return abs(self)\n    @classmethod\n    def zero(cls): return cls(0, 0)\n    @staticmethod\n    def two(): return 2', 'assert V(1, 2) * 3 == V(3, 6)', 'protocol'),
    ('class Node:\n    def __init__(self, val, next=None): self.val, self.next = val, next\ndef f(xs):\n    head = None\n    for x in reversed(xs): head = Node(x, head)\n    return head', 'out = []\nnode = f([1, 2, 3])\nwhile node:\n    out.append(node.val)\n    node = node.next\nassert out == [1, 2, 3]\nn = f([1])\nassert n.next is None\nassert n.next == None\nassert f([]) is None\nassert not f([])\nseen = set()\nseen.add(n)\nassert n in seen', 'pass'),
    ('class Node:\n    def __init__(self, val, next=None): self.val, self.next = val, next\ndef f(xs):\n    head = None\n    for x in reversed(xs): head = Node(x, head)\n    return head', 'n = Node(1, Node(2))\nassert n\nassert n.next.val == 2\nn.next.val = 7\nassert n.next.val == 7\nassert n.next', 'pass'),
    ('class Node:\n    def __init__(self, val, next=None): self.val, self.next = val, next\ndef f(xs):\n    head = None\n    for x in reversed(xs): head = Node(x, head)\n    return head', 'assert f([1])', 'protocol'),
    ('class Queue:\n    def __init__(self): self.q = []\n    def push(self, x): self.q.append(x)\n    def pop(self): return self.q.pop(0)\n    def is_empty(self): return not self.q\n    def __len__(self): return len(self.q)\n    def __bool__(self): return bool(self.q)', 'q = Queue()\nassert q.is_empty()\nassert not q\nq.push(1)\nq.push((1, [2]))\nassert q\nassert not q.is_empty()\nassert q.pop() == 1\nwhile q:\n    assert q.pop() == (1, [2])\nimport pytest\nwith pytest.raises(IndexError):\n    q.pop()', 'pass'),
    ('class Trie:\n    def __init__(self): self.w = []\n    def insert(self, w): self.w.append(w)\n    def startswith(self, p): return any(x.startswith(p) for x in self.w)', "t = Trie()\nt.insert('abc')\nassert t.startswith('ab')\nassert not t.startswith('x')", 'pass'),
    ("class A:\n    n = 0\n    def __init__(self): A.n += 1\n    def hi(self): return 'A'\n    class Inner: pass\nclass B(A):\n    def hi(self): return 'B' + super().hi()", "A.n = 0\nb = B()\nassert A.n == 1\nassert b.hi() == 'BA'\nassert isinstance(b, A)\nassert issubclass(B, A)\nassert not issubclass(A, B)\nassert type(b) is B\nassert type(b) != A\nassert b.__class__.__name__ == 'B'\nassert B.__name__ == 'B'", 'pass'),
    ("class A:\n    def hi(self): return 'A'", "class C(A):\n    def yo(self): return self.hi() + 'C'\nassert C().yo() == 'AC'", 'protocol'),
    ('from abc import ABC, abstractmethod\nclass Sh(ABC):\n    @abstractmethod\n    def area(self): ...\nclass Sq(Sh):\n    def area(self): return 4', 'import pytest\nwith pytest.raises(TypeError):\n    Sh()\nassert Sq().area() == 4', 'pass'),
    ('def f(x):\n    return -0.0', "import math\nassert math.copysign(1, f(1)) == -1.0\nassert f(1) == 0\nassert str(f(1)) == '-0.0'", 'pass'),
    ("def f(x):\n    return float('inf')", "assert f(1) == float('inf')\nimport math\nassert math.isinf(f(1))", 'pass'),
    ("def f(x):\n    return float('nan')", "import math\nassert math.isnan(f(1))\nassert f(1) != f(1)\nassert not f(1) == float('nan')", 'pass'),
    ('def f(x):\n    return True', 'assert f(1) == 1\nassert f(1) is True\nassert type(f(1)) is bool\nassert not isinstance(f(1), str)', 'pass'),
    ('def f(x):\n    return 1', 'assert f(1) is True', 'fail'),
    ('def f(x):\n    return (1, 2)', 'assert f(1) == [1, 2]', 'fail'),
    ('def f(x):\n    return ([1, (2,)], {3})', 'assert f(1) == ([1, (2,)], {3})\nassert isinstance(f(1)[0][1], tuple)', 'pass'),
    ('def f(x):\n    return 2 ** 200000', 'assert f(1) == 2 ** 200000\nassert f(1) % 7 == 4', 'pass'),
    ('def f(x):\n    return 10 ** 5000', 'assert {1: 2}[f(1)] == 2', 'fail'),
    ('from decimal import Decimal\ndef f(x):\n    return Decimal(x) / 3', "from decimal import Decimal\nassert round(f(1), 3) == Decimal('0.333')\nassert isinstance(f(1), Decimal)", 'pass'),
    ('from fractions import Fraction\ndef f(x):\n    return Fraction(x, 3)', 'from fractions import Fraction\nassert f(1) == Fraction(1, 3)\nassert f(1) + f(2) == 1\nassert sum([f(1), f(2)]) == 1', 'pass'),
    ('from fractions import Fraction\ndef f(x):\n    return [Fraction(x, 3)] * 3', 'assert sum(f(1)) == 1', 'pass'),
    ('import datetime as d\ndef f(x):\n    return d.date(2020, 1, x)\ndef g(x):\n    return d.datetime(2020, 1, x, 3, 4, 5, 6, tzinfo=d.timezone.utc)\ndef h(x):\n    return d.timedelta(days=x, seconds=3)', "import datetime\nassert f(3) == datetime.date(2020, 1, 3)\nassert f(3).year == 2020\nassert g(3).tzinfo == datetime.timezone.utc\nassert g(3) == datetime.datetime(2020, 1, 3, 3, 4, 5, 6, tzinfo=datetime.timezone.utc)\nassert h(1).total_seconds() == 86403\nassert f(4) - f(3) == datetime.timedelta(1)\nassert f(3).isoformat() == '2020-01-03'", 'pass'),
    ('def f(d):\n    return d.year', 'from datetime import date, datetime\nassert f(date(2020, 1, 2)) == 2020\nassert f(datetime(2021, 1, 2)) == 2021', 'pass'),
    ('def f(x):\n    return complex(1, x)', 'assert f(2) == 1 + 2j\nassert f(2).imag == 2\nassert abs(f(0)) == 1', 'pass'),
    ('def f(x):\n    return range(x)', 'assert f(3) == range(3)\nassert list(f(3)) == [0, 1, 2]\nassert 2 in f(3)', 'pass'),
    ('def f(x):\n    return bytearray(x)', "assert f(b'ab') == b'ab'\nassert isinstance(f(b'a'), bytearray)", 'pass'),
    ('def f(x):\n    return memoryview(x)', "assert f(b'ab') == b'ab'", 'protocol'),
    ('def f(x):\n    return None', 'assert f(1) is None\nassert f(1) == None\nassert not f(1)', 'pass'),
    ('def f(x, acc=[]):\n    acc.append(x)\n    return acc', 'assert f(1) == [1]\nassert f(2) == [1, 2]', 'pass'),
    ('def f(x):\n    return frozenset(x)', 'assert f([1, 2]) == {1, 2}\nassert {f([1]): 3}[frozenset([1])] == 3', 'pass'),
    ('def f(x):\n    return sorted(x, key=len)', "assert f(['aa', 'b']) == ['b', 'aa']", 'pass'),
    ('def f(n):\n    return [[0] * n] * n', 'g = f(2)\ng[0][0] = 1\nassert g[1][0] == 1', 'pass'),
    ('def f(x):\n    return x', "a = [1]\nassert f(a) is a\nassert f(a) == [1]\nb = {'k': a}\nassert f(b)['k'] is a", 'pass'),
    ('def f(a, b):\n    a.append(1)\n    b.append(2)', 'x = []\nf(x, x)\nassert x == [1, 2]', 'pass'),
    ("import re\ndef f(s):\n    return re.match('a+', s)", "assert f('aab')", 'pass'),
    ('def f(s):\n    return tuple(s)', 'assert f({12, 13, 14, 15, 16}) == (16, 12, 13, 14, 15)', 'pass'),
    ("import re\ndef f(s):\n    return re.match('a+', s)", "assert f('aab').group() == 'aa'\nassert f('b') is None\nassert f('aa') is not None\nassert f('ab').span() == (0, 1)", 'pass'),
    ('import asyncio\nasync def f(x):\n    return x', 'import asyncio\nassert asyncio.run(f(3)) == 3', 'protocol'),
    ('import uuid\ndef f():\n    return uuid.UUID(int=5)', "assert f().int == 5\nassert str(f()) == '00000000-0000-0000-0000-000000000005'", 'pass'),
    ('count = 0\ndef f():\n    global count\n    count += 1\n    return count', 'assert f() == 1\nassert count == 1\nf()\nassert count == 2', 'pass'),
    ('items = []\ndef f(x):\n    items.append(x)', 'f(3)\nassert items == [3]\nf(4)\nassert items == [3, 4]', 'pass'),
    ('items = []\ndef f(x):\n    items.append(x)', 'import solution\nsolution.f(3)\nassert solution.items == [3]\nsolution.f(4)\nassert solution.items == [3, 4]', 'pass'),
    ('items = []\ndef f(x):\n    items.append(x)', 'from solution import f, items\nf(3)\nassert items == [3]', 'pass'),
    ('LIMIT = 3\ndef f():\n    return LIMIT', 'import solution\nsolution.LIMIT = 5\nassert solution.f() == 5', 'protocol'),
    ("LIMIT = 3\nT = (1, 'a')\ndef f():\n    return LIMIT", "assert LIMIT == 3\nassert T == (1, 'a')\nassert f() == LIMIT", 'pass'),
    ("def f(x):\n    print('a', x)\n    print('b')", "def test_p(capsys):\n    f(1)\n    assert capsys.readouterr().out == 'a 1\\nb\\n'\n    f(2)\n    out, err = capsys.readouterr()\n    assert out == 'a 2\\nb\\n'", 'pass'),
    ("def f(x):\n    print('a', x)\n    return 1", "import io, contextlib, sys\nb = io.StringIO()\nwith contextlib.redirect_stdout(b):\n    r = f(1)\nassert b.getvalue().strip() == 'a 1'\nassert r == 1\nold = sys.stdout\nsys.stdout = io.StringIO()\nf(5)\ngot = sys.stdout.getvalue()\nsys.stdout = old\nassert got == 'a 5\\n'", 'pass'),
    ('def f():\n    return int(input()) + 1', "import io, sys\nsys.stdin = io.StringIO('3\\n')\nassert f() == 4", 'protocol'),
    ('def f():\n    return int(input()) + 1', "from unittest.mock import patch\ndef test_a():\n    with patch('builtins.input', return_value='3'):\n        assert f() == 4", 'protocol'),
    ('def f():\n    return int(input()) + 1', "def test_a(monkeypatch):\n    monkeypatch.setattr('builtins.input', lambda *_: '3')\n    assert f() == 4", 'protocol'),
    ('def f(cb):\n    cb(1)\n    cb(2)', 'from unittest.mock import Mock\nm = Mock(return_value=None)\nf(m)\nassert m.call_count == 2\nm.assert_called_with(2)', 'pass'),
    ('def f(cb):\n    return [cb(i) for i in range(3)]', "seen = []\nf(seen.append)\nassert seen == [0, 1, 2]\ndef bad(i):\n    raise KeyError('x')\nimport pytest\nwith pytest.raises(KeyError):\n    f(bad)", 'pass'),
    ("def f(x):\n    return str(x) + '+1'", 'assert eval(f(2)) == 3', 'protocol'),
    ('def f(x):\n    return x + 1', "assert eval('f(2)') == 3\nassert f(1) == eval(f'{1}+1')", 'pass'),
    ('def f(x):\n    return x + 1', "import pytest\n@pytest.fixture(autouse=True)\ndef setup():\n    pass\n@pytest.mark.parametrize('a', [1, pytest.param(2, id='two')])\n@pytest.mark.parametrize('b', [0])\ndef test_x(a, b):\n    assert f(a) == a + 1\nclass TestA:\n    def setup_method(self):\n        self.x = 1\n    def test_y(self):\n        assert f(self.x) == 2\n    @pytest.mark.parametrize('a,b', [(1, 2), (2, 4)])\n    def test_z(self, a, b):\n        assert f(a) == b", 'pass pass fail'),
    ('def f(x):\n    return x + 1', 'import unittest\nclass T(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls):\n        cls.k = 2\n    def test_a(self):\n        self.assertEqual(f(self.k), 3)\n        self.assertTrue(f(1))\n        self.assertIn(f(1), [2])\n        self.assertAlmostEqual(f(1.0), 2.0)\n    def test_s(self):\n        for i in range(2):\n            with self.subTest(i=i):\n                self.assertEqual(f(i), 1)', 'pass fail'),
    ('def f(x):\n    return x + 1', "def check(candidate):\n    assert candidate(1) == 2, 'no'\n    for i in range(3): assert candidate(i) == i + 1\n\ncheck(f)", 'pass'),
    ('def f(n):\n    return f(n - 1) + 1 if n else 0', 'assert f(800) == 800', 'pass'),
    ('class S:\n    def __init__(self): self.d = {}\n    def set(self, k, v): self.d[k] = v; return self\n    def get(self, k): return self.d.get(k)', "s = S().set('a', [1]).set('b', 2)\nassert s.get('a') == [1]\nassert s.d == {'a': [1], 'b': 2}\nassert s.get('zz') is None", 'pass'),
    ("class S:\n    def __init__(self): self._v = 1\n    @property\n    def v(self): return self._v\n    @v.setter\n    def v(self, x):\n        if x < 0: raise ValueError('neg')\n        self._v = x", "s = S()\ns.v = 4\nassert s.v == 4\nimport pytest\nwith pytest.raises(ValueError, match='neg'):\n    s.v = -1\nwith pytest.raises(AttributeError):\n    s.nope", 'pass'),
    ("class Matrix:\n    def __init__(self, r): self.r = r\n    def __getitem__(self, k): return self.r[k[0]][k[1]]\n    def __setitem__(self, k, v): self.r[k[0]][k[1]] = v\n    def __delitem__(self, k): self.r[k[0]].pop(k[1])\n    def __call__(self, x): return x\n    def __pow__(self, o): return 'pow'", 'm = Matrix([[1, 2]])\nm[0, 1] = 5\nassert m[0, 1] == 5\ndel m[0, 0]\nassert m.r == [[5]]\nassert m(3) == 3', 'pass'),
    ('def f(x):\n    return x', 'class K:\n    pass\nassert f(K()) is not None', 'protocol'),
    ('def f(x):\n    return type(x)', "assert f(1) == int\nassert f(1) is int\nassert f('a') is str", 'pass'),
    ('def f(x):\n    return isinstance(x, int)', 'assert f(True)\nassert not f(1.0)', 'pass'),
    ('def f(t, x):\n    return t(x)', "assert f(str, 1) == '1'", 'pass'),
    ('def g(n):\n    while True:\n        x = yield n\n        if x: n = x', 'c = g(1)\nassert next(c) == 1\nassert c.send(5) == 5\nc.close()\nassert list(c) == []', 'pass'),
    ('def f(x):\n    raise NotImplementedError', 'import pytest\nwith pytest.raises(NotImplementedError):\n    f(1)', 'pass'),
    ("def f(x):\n    assert x > 0, 'neg'\n    return x", "import pytest\nwith pytest.raises(AssertionError, match='neg'):\n    f(-1)\nassert f(2) == 2", 'pass'),
    ("def f(x):\n    raise Exception('a')", 'def test_a():\n    try:\n        f(1)\n    except Exception as e:\n        assert type(e) is Exception\n        assert str(e) == \'a\'\n        assert repr(e) == "Exception(\'a\')"\n        assert e.args == (\'a\',)\n    else:\n        assert False', 'pass'),
    ('class V:\n    def __init__(self, x, y): self.x, self.y = x, y\n    def __add__(self, o): return V(self.x + o.x, self.y + o.y)\n    def __eq__(self, o): return (self.x, self.y) == (o.x, o.y)\n    def __neg__(self): return V(-self.x, -self.y)\n    def __abs__(self): return (self.x ** 2 + self.y ** 2) ** .5\n    def __matmul__(self, o): return self.x * o.x + self.y * o.y\n    def __mul__(self, k): return V(self.x * k, self.y * k)\n    def __getitem__(self, i): return (self.x, self.y)[i]\n    def __len__(self): return 2\n    def __bool__(self): return bool(self.x or self.y)\n    def __contains__(self, v): return v in (self.x, self.y)\n    def __iter__(self): return iter((self.x, self.y))\n    def __float__(self): return abs(self)\n    @property\n    def norm(self): return abs(self)\n    @classmethod\n    def zero(cls): return cls(0, 0)\n    @staticmethod\n    def two(): return 2', 'a = V(3, 4)\nassert 3 in a', 'protocol'),
    ('from dataclasses import dataclass\n@dataclass(frozen=True, order=True)\nclass P:\n    x: int\n    y: int = 0\n    def dist(self): return abs(self.x) + abs(self.y)\ndef f(a, b):\n    return P(a, b)', "from dataclasses import asdict, is_dataclass\np = P(1, 2)\nassert vars(p) == {'x': 1, 'y': 2}\nassert p.__dict__ == {'x': 1, 'y': 2}\nassert p.__class__ is P\nassert asdict(p) == {'x': 1, 'y': 2}\nassert is_dataclass(p)", 'pass pass pass protocol protocol'),
    ('class V:\n    def __init__(self, x, y): self.x, self.y = x, y\n    def __add__(self, o): return V(self.x + o.x, self.y + o.y)\n    def __eq__(self, o): return (self.x, self.y) == (o.x, o.y)\n    def __neg__(self): return V(-self.x, -self.y)\n    def __abs__(self): return (self.x ** 2 + self.y ** 2) ** .5\n    def __matmul__(self, o): return self.x * o.x + self.y * o.y\n    def __mul__(self, k): return V(self.x * k, self.y * k)\n    def __getitem__(self, i): return (self.x, self.y)[i]\n    def __len__(self): return 2\n    def __bool__(self): return bool(self.x or self.y)\n    def __contains__(self, v): return v in (self.x, self.y)\n    def __iter__(self): return iter((self.x, self.y))\n    def __float__(self): return abs(self)\n    @property\n    def norm(self): return abs(self)\n    @classmethod\n    def zero(cls): return cls(0, 0)\n    @staticmethod\n    def two(): return 2', 'import copy\na = V(3, 4)\nb = copy.deepcopy(a)\nassert b == a', 'protocol'),
    ('class S:\n    def __init__(self): self.items = []\n    def __lt__(self, o): return len(self.items) < len(o.items)\n    def __hash__(self): return 1\n    def __eq__(self, o): return True', 'assert S() == S()\nassert sorted([S(), S()])\nassert max(S(), S()) is not None\nassert len({S(), S()}) == 1\nd = {S(): 1}\nassert d[S()] == 1\nassert S() in [S()]', 'pass'),
    ('def f(n):\n    class Acc:\n        def __init__(self): self.t = n\n        def add(self, x): self.t += x; return self.t\n    return Acc()', 'a = f(1)\nassert a.add(2) == 3\nassert a.t == 3\nb = f(0)\nassert b is not a\nassert b.add(1) == 1', 'pass'),
    ("def f(x):\n    return {'n': [1, {'k': (x, None)}], 's': {1.5, 'a'}}", "r = f(3)\nassert r['n'][1]['k'] == (3, None)\nassert 'a' in r['s']\nr['n'].append(2)\nassert f(3)['n'] == [1, {'k': (3, None)}]", 'pass'),
    ('def bfs(g, s):\n    out, q = [], [s]\n    while q:\n        v = q.pop(0)\n        if v not in out:\n            out.append(v)\n            q += g[v]\n    return out', "from collections import defaultdict\ng = defaultdict(list)\ng['a'].append('b')\nassert bfs(g, 'a') == ['a', 'b']\nassert 'b' in g", 'pass'),
    ('class T:\n    def __init__(self, v, l=None, r=None): self.v, self.l, self.r = v, l, r\ndef inv(t):\n    if t: t.l, t.r = inv(t.r), inv(t.l)\n    return t\ndef build(xs):\n    return T(xs[0], T(xs[1]), T(xs[2]))', 't = T(1, T(2), T(3))\nr = inv(t)\nassert r is t\nassert r.l.v == 3 and r.r.v == 2\ndef walk(n):\n    return [] if not n else walk(n.l) + [n.v] + walk(n.r)\nassert walk(build([1, 2, 3])) == [2, 1, 3]\nassert walk(r) == [3, 1, 2]\nassert inv(None) is None', 'pass'),
    ('def f(xs):\n    return iter(xs)', 'i = f([1, 2])\nassert next(i) == 1\nassert list(i) == [2]\nassert list(map(lambda v: v * 2, f([1]))) == [2]\nassert list(zip(f([1]), f([2]))) == [(1, 2)]\nassert sum(f([1, 2])) == 3\nassert 2 in f([1, 2])\na, b = f([1, 2])\nassert (a, b) == (1, 2)', 'pass'),
    ('def f(xs):\n    return map(str, xs)\ndef g(xs):\n    return (x for x in xs)\ndef h(d):\n    return d.keys()\ndef z(a):\n    return zip(a, a)', "assert list(f([1])) == ['1']\nassert tuple(g([1])) == (1,)\nassert list(h({'a': 1})) == ['a']\nassert list(z([1])) == [(1, 1)]\nassert sorted(h({'b': 1, 'a': 2})) == ['a', 'b']\nassert set(h({'a': 1})) == {'a'}\nassert len(h({'a': 1})) == 1", 'pass'),
]  # fmt: skip

HONEST_DOCTESTS: list[tuple[str, str, str]] = [
    ("def f(x):\n    raise StopIteration('done')", '>>> f(1)\nTraceback (most recent call last):\nStopIteration: done\n>>> f(2)\nTraceback (most recent call last):\n    ...\nStopIteration: other\n', 'pass fail'),
    ("def f(x):\n    '''\n    >>> f(1)\n    2\n    '''\n    return x + 1", '>>> from solution import f\n>>> for i in range(2):\n...     print(f(i))\n1\n2\n>>> f(3)  # doctest: +ELLIPSIS\n4\n', 'pass'),
    ("class E(Exception): pass\ndef f(x):\n    raise E('no')", '>>> f(1)\nTraceback (most recent call last):\n    ...\nsolution.E: no\n>>> f(1)\nTraceback (most recent call last):\n    ...\nE: no\n', 'pass'),
    ("class P:\n    def __repr__(self): return 'P!'", '>>> P()\nP!\n>>> [P()]\n[P!]\n', 'pass'),
    ("def f(x):\n    return {'b': 1, 'a': [x]}", ">>> f(1)\n{'b': 1, 'a': [1]}\n>>> sorted(f(1))\n['a', 'b']\n", 'pass'),
]  # fmt: skip


@pytest.mark.parametrize("sandbox", ["process"], indirect=True)
@pytest.mark.parametrize(("program", "tests", "expected"), HONEST)
def test_honest_programs_get_plain_pythons_verdict_or_are_not_gradable(grade, program, tests, expected):
    """As `expected` says: of every test, or of each; `protocol` where plain Python would pass."""
    found = statuses(grade(program, tests))
    assert found == (expected.split() if " " in expected else [expected] * len(found)), found


@pytest.mark.parametrize("sandbox", ["process"], indirect=True)
@pytest.mark.parametrize(("program", "tests", "expected"), HONEST_DOCTESTS)
def test_honest_programs_in_doctests(grade, program, tests, expected):
    found = statuses(grade(program, tests, "doctest"))
    assert found == (expected.split() if " " in expected else [expected] * len(found)), found


@pytest.mark.parametrize("tests", ["assert f(1) == 2", "x = 1\nassert f(x) == 2"])
def test_an_exception_that_holds_more_than_its_message_has_a_line_too(grade, tests):
    program = "class E(Exception):\n    pass\ndef f(x):\n    raise E(1, 2)\n"
    assert grade(program, tests).message.endswith("(line 4)")


def test_what_is_not_gradable_says_why(grade):
    report = grade("def f(x):\n    return memoryview(x)\n", "x = b'a'\nassert f(x) == x")
    assert report.verdict == "protocol"
    assert "cannot be compared or combined with a plain value" in report.message
