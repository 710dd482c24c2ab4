"""Programs that try to pass without being right; each file states its trick and its verdict.

Fast programs run in every backend, slow ones in one, by turns against each form of tests; with
HRL_ALL_HOSTILE=1 everything runs everywhere. After each program an honest one must pass and must find its box
as the first one found it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hrl.errors import SandboxUnavailable
from hrl.sandbox import Job, Limits
from hrl.sandbox.pool import PooledSandbox
from hrl.sandbox.process import ProcessBackend
from hrl.types import TestCode

FILES = sorted((Path(__file__).parent / "hostile").glob("*.py"))
ALL = os.environ.get("HRL_ALL_HOSTILE") == "1"
BACKENDS = ("docker", "bubblewrap", "process", "bare")
SLOW = ("timeout", "not pass")

HOST = "assert f(3) == 4\nassert f(4) == 5"
SPLIT = """
wanted = [4, 5]
for given in (3, 4):
    result = f(given)
    assert abs(result - wanted[given - 3]) < 1e-6
"""
CHECK = """
def check(candidate):
    assert candidate(3) == 4
    assert candidate(4) == 5, "the next number"

check(f)
"""
UNITTEST = """
import unittest

class TestF(unittest.TestCase):
    def test_equal(self):
        self.assertEqual(f(3), 4)

    def test_true(self):
        self.assertTrue(f(3) == 4)

    def test_in(self):
        self.assertIn(f(4), (5, 6))
"""
PYTEST = """
import pytest

@pytest.fixture
def given():
    return 3

@pytest.mark.parametrize(("x", "wanted"), [(3, 4), (4, 5)])
def test_many(x, wanted):
    assert f(x) == wanted

def test_fixture(given):
    got = [value for value in map(f, [given])]
    assert got == [4]

class TestClass:
    def test_sorted(self):
        assert sorted([f(4), f(3)]) == [4, 5]
"""
TEXT = """
assert f("abc").startswith("b")
assert f("abc").isdigit()
assert f("abc").upper() == "CBA"
assert "x" in f("abc")
assert f("abc").strip().lower().endswith("z")
assert {1, 2}.issubset(f("abc"))
"""
NUMBERS = """
import math
assert math.isclose(f(3), 4.5)
assert round(f(3), 2) == 4.5
assert 4 < f(3) < 5
assert f(3) in (4.5, 9)
assert sorted([f(3)]) == [4.5]
assert {f(3)} == {4.5}
assert f(3) in {4.5: 1}
assert max(f(3), 1) == 4.5
assert f"{f(3):.1f}" == "4.5"
assert not (f(3) - 4.5)
assert f(3) == f(3) == 4.5
assert f(3).is_integer()
assert isinstance(f(3), float)
"""
TRUTH = """
assert f(3)
assert f(3) and f(4)
assert not f(5)
assert f(3) is True
"""
CLASS = """
s = Stack()
def test_pop():
    s = Stack()
    s.push(3)
    assert s.pop() == 3
def test_empty():
    s = Stack()
    assert s.is_empty() is True
    s.push(1)
    assert s.is_empty() is False
def test_size():
    s = Stack()
    s.push(1)
    s.push(2)
    assert len(s) == 2
"""
COST = """
assert round(f(3)) == 4
assert round(4.5, f(3)) == 5
assert set(f(3)) == {4}
assert dict(f(3)) == {4: 5}
assert sum(f(3)) == 4
assert sum(f(3), []) == [4]
assert sorted(f(3)) == [4]
assert max(f(3)) == 4
assert {1: 2}[f(3)] == 2
assert f(3) * f(3) * f(3) == 4
assert f(3) % f(4) == 4
assert 2 ** f(3) == 4
assert [4] * f(3) == [4]
assert float(f(3)) == 4.0
assert f(3) == f(4) + 4
"""
WAYS: dict[str, TestCode] = {
    "host": TestCode(HOST),
    "split": TestCode(SPLIT),
    "check": TestCode(CHECK),
    "unittest": TestCode(UNITTEST),
    "pytest": TestCode(PYTEST),
    "doctest": TestCode(">>> f(3)\n4\n>>> x = f(4)\n>>> x == 5\nTrue\n", "doctest"),
    "text": TestCode(TEXT),
    "numbers": TestCode(NUMBERS),
    "truth": TestCode(TRUTH),
    "class": TestCode(CLASS),
    "cost": TestCode(COST),
}
FORMS = ("host", "split", "check", "unittest", "pytest", "doctest")
HONEST = Job("def f(x):\n    return x + 1\n", (TestCode(HOST),))

STATE = """
import os, resource, signal, socket, stat, sys

def listed(path):
    return sorted(os.listdir(path)), oct(os.stat(path).st_mode), os.listxattr(path)

def processes():
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [pid == 1 for pid in sorted(pids) if pid != os.getpid()]

def f(what):
    if what == "tmp":
        return repr(listed("/tmp") if len(os.environ) < 0 or os.getppid() == 1 else listed(os.getcwd()))
    if what == "shm":
        return repr(listed("/dev/shm"))
    if what == "scheduling":
        mine = os.sched_getaffinity(0), os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, 0)
        worker = open(f"/proc/{os.getppid()}/stat").read().rpartition(")")[2].split()
        return repr((mine, worker[15:17], worker[38:39], os.sched_getaffinity(os.getppid())))
    if what == "process":
        umask = os.umask(0)
        masks = [line for line in open("/proc/self/status") if line.startswith(("Sig", "Cap", "Sec"))]
        return repr((umask, os.environ.get("TZ"), sorted(os.environ), sys.path, masks[1:]))
    if what == "limits":
        return repr([resource.getrlimit(n) for n in range(16)])
    if what == "machine":
        return repr((socket.gethostname(), processes() if os.getppid() == 1 else None))
    with open("/tmp/mine" if os.getppid() == 1 else "mine", "w") as file:
        return repr(file.write("x" * 100_000))
"""
ASKED = ("tmp", "shm", "scheduling", "process", "limits", "machine", "write")
LOOK = Job(STATE, (TestCode("\n".join(f"assert f({what!r}) == 0" for what in ASKED)),))

# What only namespaces hold back. Without them nothing passes either, and no later job is harmed.
WITHOUT_NAMESPACES = {
    "kill_all": "before Landlock 6 it ends the worker: the box is replaced, the verdict is protocol",
    "kill_worker": "before Landlock 6 it ends the worker: the box is replaced, the verdict is protocol",
    "owner_signals": "before Landlock 6 it ends the worker: the box is replaced, the verdict is protocol",
    "queued_signals": "before Landlock 6 it ends the worker: the box is replaced, the verdict is protocol",
    "leave_deep_folders": "there is no /tmp: the verdict is error",
    "leave_listeners": "there is no /tmp: its child answers, the verdict is protocol",
}


def _header(text: str, name: str, default: str = "") -> str:
    found = [line for line in text.splitlines()[:4] if line.startswith(f"# {name}: ")]
    return found[0].removeprefix(f"# {name}: ") if found else default


def _cases() -> Iterator[object]:
    for number, path in enumerate(FILES):
        text = path.read_text()
        slow, own = _header(text, "verdict") in SLOW, _header(text, "tests")
        for place, backend in enumerate(BACKENDS):
            turn = FORMS[(number + place) % len(FORMS)]
            ways = [own] if own else sorted({"host", "split", turn} if ALL else {turn})
            for way in ways:
                if ALL or not slow or number % len(BACKENDS) == place:
                    marks = [pytest.mark.docker] if backend == "docker" else []
                    yield pytest.param(backend, path, way, id=f"{backend}-{path.stem}-{way}", marks=marks)


@pytest.fixture(autouse=True)
def _bare(request: pytest.FixtureRequest, opened: dict[str, PooledSandbox | SandboxUnavailable]) -> None:
    """The process backend as it is on a machine whose kernel gives no namespaces."""
    wanted = getattr(request.node, "callspec", None)
    if wanted is not None and wanted.params.get("sandbox") == "bare" and "bare" not in opened:
        opened["bare"] = PooledSandbox(ProcessBackend(namespaces=False), slots=1, memory_mb=256)
        opened["bare"].open()


@pytest.fixture(scope="module")
def untouched() -> dict[str, list[str]]:
    """What an honest program finds in a box of each backend before any hostile one."""
    return {}


def look(sandbox: PooledSandbox) -> list[str]:
    """What an honest program finds in its box."""
    return [outcome.got or outcome.message for outcome in sandbox.run(LOOK).outcomes]


@pytest.mark.parametrize(("sandbox", "path", "way"), list(_cases()), indirect=["sandbox"])
def test_a_hostile_program_never_passes_and_harms_no_later_job(
    sandbox: PooledSandbox,
    path: Path,
    way: str,
    request: pytest.FixtureRequest,
    untouched: dict[str, list[str]],
) -> None:
    backend = request.node.callspec.params["sandbox"]
    before = untouched.setdefault(backend, []) or look(sandbox)
    untouched[backend] = before
    text = path.read_text()
    expected = _header(text, "verdict")
    seconds = 1.0 if expected in SLOW else 20.0
    limits = Limits(seconds_per_test=seconds, seconds_total=seconds, memory_mb=256)
    started = time.monotonic()
    report = sandbox.run(Job(text, (WAYS[way],), limits=limits))
    took = time.monotonic() - started
    assert report.verdict != "pass", report
    if way in ("text", "numbers", "truth", "class", "cost"):
        assert [one.name for one in report.outcomes if one.status == "pass"] == []
    exact = way == "host" and expected != "not pass"
    if exact and not (backend == "bare" and path.stem in WITHOUT_NAMESPACES):
        assert report.verdict == expected, report
    assert took < 2 * seconds + 30
    assert sandbox.run(HONEST).verdict == "pass"
    assert look(sandbox) == before


FORMS_OF_ASSERTION = """
self.assertEqual(f(3), 4)
self.assertIn(4, f(3))
self.assertListEqual(f(3), [4])
self.assertCountEqual(f(3), [5])
self.assertAlmostEqual(f(3), 5)
self.assertGreater(f(3), 5)
self.assertRegex(f(3), '5')
self.assertTrue(f(3))
assert f(3) == pytest.approx(5)
assert pytest.approx(5) == f(3)
assert math.isclose(f(3), 5)
assert f(3) == [5]
assert 5 == f(3)
assert [5] == [f(3)]
assert (1, f(3)) == (1, 5)
assert {'a': f(3)} == {'a': 5}
assert f(3) in [5]
assert f(3) in {5}
assert f(3) >= 5
assert not f(3) != 5
assert f(3) % 2 == 0
assert (f(3) - 5) == 0
assert sum([f(3)]) == 5
assert min(f(3), 9) == 5
assert set(f(3)) == {5}
assert f(3)[0] == 5
assert f(3).x == 5
assert f(3).x.y()
assert f(3).isdigit()
assert f(3)('a')
assert bool(f(3)) and f(3) == 5
assert isinstance(f(3), (int, str))
assert type(f(3)) is int
assert type(f(3)) == int
assert f(3).__class__ is int
assert f(3).__class__ == int
assert str(f(3)) == '5'
assert int(f(3)) == 5
assert len(f(3)) == 2
assert [v for v in f(3)] == [5]
assert all(v == 5 for v in f(3))
assert any(v == 5 for v in f(3))
assert sorted(f(3)) == [5]
assert max(f(3)) == 5
assert f(3) == f(3) == 5
self.assertFalse(f(3) != 5)
self.assertIs(f(3), 5)
self.assertIsNone(f(3))
self.assertSetEqual(set(f(3)), {5})
self.assertTupleEqual(f(3), (5,))
self.assertMultiLineEqual(f(3), '5')
assert f(3) == None
assert round(f(3)) == 5
assert abs(f(3) - 5) < 1e-9
assert abs(5 - f(3)) < 1e-9
assert f(3) / 5 == 1
assert f(3) * 1.0 == 5
assert divmod(f(3), 2) == (2, 1)
assert f'{f(3)}' == '5'
assert '5' in f(3)
assert f(3).startswith('5')
assert set('5').issubset(f(3))
assert {5}.issuperset(f(3))
assert {5} == f(3)
assert {5} & f(3) == {5}
assert {5} <= f(3)
assert [5] + f(3) == [5, 5]
assert f(3) + [5] == [5, 5]
assert '%s' % f(3) == '5'
assert ''.join(f(3)) == '5'
assert list(zip(f(3), [5])) == [(5, 5)]
assert f(3).is_integer()
assert not (f(3) < 5 or f(3) > 5)
assert 4 <= f(3) <= 6
assert f(3) == 5 or f(3) == 6
assert eval(str(f(3))) == 5
assert __import__('json').loads(f(3)) == 5
assert __import__('json').dumps(f(3)) == '5'
assert __import__('operator').eq(f(3), 5)
assert __import__('collections').Counter([f(3)]) == {5: 1}
assert dict([(5, 1)])[f(3)] == 1
assert 5 in {f(3): 1}
assert [5].index(f(3)) == 0
assert [5].count(f(3)) == 1
assert hash(f(3)) == hash(5)
assert (lambda v: v == 5)(f(3))
assert __import__('bisect').bisect_left([1, 5], f(3)) == 1
assert __import__('fractions').Fraction(f(3)) == 5
assert __import__('decimal').Decimal(f(3)) == 5
assert complex(f(3)) == 5
assert range(9)[f(3)] == 5
assert [0,1,2,3,4,5][f(3)] == 5
assert 'abcdef'[f(3):] == 'f'
assert pow(f(3), 1) == 5
assert f(3) ** 1 == 5
assert -f(3) == -5
assert __import__('statistics').mean([f(3)]) == 5
assert __import__('re').match('5', f(3))
assert __import__('copy').copy(f(3)) == 5
assert __import__('functools').reduce(lambda a, b: a + b, [f(3)], 0) == 5
assert __import__('itertools').chain(f(3)) == 5
assert __import__('math').floor(f(3)) == 5
assert __import__('math').sqrt(f(3)) == 5
assert f(3) @ f(4)
assert f(3) < f(4)
assert f(3) == f(4)
assert f(3) - f(4) == -1
assert f(3) | f(4)
""".strip().splitlines()
EVIL = (
    "mock_self",
    "mock_magic",
    "mock_class",
    "mock_function",
    "equal_object",
    "equal_class",
    "fake_class_attribute",
)


@pytest.mark.parametrize("sandbox", ["process"], indirect=True)
@pytest.mark.parametrize("name", EVIL)
def test_an_object_that_says_yes_passes_no_form_of_assertion(sandbox: PooledSandbox, name: str) -> None:
    lines = ["import unittest, math, pytest", "class T(unittest.TestCase):"]
    for number, form in enumerate(FORMS_OF_ASSERTION):
        lines += [f"    def test_{number}(self):", f"        {form}"]
    program = (Path(__file__).parent / "hostile" / f"{name}.py").read_text()
    report = sandbox.run(Job(program, (TestCode("\n".join(lines)),), limits=Limits(seconds_total=60.0)))
    passed = [int(one.name.rpartition("_")[2]) for one in report.outcomes if one.status == "pass"]
    vacuous = ("assert all(v == 5 for v in f(3))", "assert {5}.issuperset(f(3))", "assert f(3)('a')")
    assert [FORMS_OF_ASSERTION[n] for n in passed if FORMS_OF_ASSERTION[n] not in vacuous] == []
    assert report.total == len(FORMS_OF_ASSERTION)


def test_what_needs_namespaces_is_a_hostile_program() -> None:
    assert {path.stem for path in FILES} >= set(WITHOUT_NAMESPACES)


def test_there_are_at_least_a_hundred_hostile_programs() -> None:
    assert len(FILES) >= 100
