"""Whether a sandbox that is used for long stays what it was: same verdicts, and nothing that grows.

    python bench/soak.py --jobs 10000 --backend docker

Jobs of many kinds, right and wrong, and now and then a hostile program (from tests/sandbox/hostile), go
through one pool of two workers. Each job's verdict has to be the one that the same job has in a sandbox of
its own, opened for it alone. At rest, every 500 jobs, this process and the boxes are measured. Exit status 1
when a verdict differs, a job could not be graded or something has grown:

    memory of this process: the mean of the last quarter at most 8 MiB above that of the first
    memory of all boxes together: at most 96 MiB above (shared pages count for each process)
    descriptors, child processes, threads, containers, scratch folders: the last quarter's least at most the
        first quarter's most, and after `close` what there was before; with Docker 40 descriptors more, for
        its client keeps idle connections up to a bound, and four processes more, forked ahead or not

Measurements count from the second one: the first jobs fill caches. Programs that run out of time have one
second to do it; hostile ones of which only "does not pass" is known are compared by that alone.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hrl.config import load_settings
from hrl.errors import SandboxUnavailable
from hrl.sandbox import Job, Limits, Result, open_sandbox
from hrl.types import TestCode, TestReport

HOSTILE = Path(__file__).parents[1] / "tests" / "sandbox" / "hostile"
WORKERS = 2
MEMORY_MB = 256
MIB = 1 << 20
OWN_BOUND, BOXES_BOUND = 8 * MIB, 96 * MIB
SPARE = 2 * WORKERS  # each box may hold one process that was forked ahead
LATE = 4 * WORKERS  # descriptors of the second boxes, which a slot starts when it needs them
CONNECTIONS = 40  # to Docker: its client keeps idle ones, ten for each of its pools
TIMEOUTS = 4  # hostile programs that do nothing but run out of time: so many take part

HOST = "assert f(3) == 4\nassert f(4) == 5"
SPLIT = "wanted = [4, 5]\nfor given in (3, 4):\n    assert abs(f(given) - wanted[given - 3]) < 1e-6\n"
CHECK = "def check(candidate):\n    assert candidate(3) == 4\n    assert candidate(4) == 5\n\ncheck(f)\n"
UNITTEST = (
    "import unittest\n\nclass TestF(unittest.TestCase):\n"
    "    def test_three(self):\n        self.assertEqual(f(3), 4)\n\n"
    "    def test_four(self):\n        self.assertIn(f(4), (5, 6))\n"
)
FORMS = (
    TestCode(HOST),
    TestCode(SPLIT),
    TestCode(CHECK),
    TestCode(UNITTEST),
    TestCode(">>> f(3)\n4\n>>> x = f(4)\n>>> x == 5\nTrue\n", "doctest"),
)
PROGRAMS = {
    "right": "def f(x):\n    return x + 1\n",
    "right, with imports": "import collections, re\n\ndef f(x):\n    return sum([x, 1])\n",
    "wrong": "def f(x):\n    return x\n",
    "wrong once": "def f(x):\n    return 4\n",
    "raises": "def f(x):\n    raise ValueError(x)\n",
    "exits": "import sys\n\ndef f(x):\n    sys.exit(0)\n",
    "does not parse": "def f(x:\n",
    "other name": "def g(x):\n    return x + 1\n",
    "prints": "def f(x):\n    print('line\\n' * 2000)\n    return x + 1\n",
    "writes": "def f(x):\n    open('/tmp/file', 'a').write('x' * 10000)\n    return x + 1\n",
    "threads": "import threading\n\ndef f(x):\n    threading.Timer(60, print).start()\n    return x + 1\n",
    "recursion": "def f(x):\n    return f(x)\n",
    "slow": "import time\n\ndef f(x):\n    time.sleep(0.05)\n    return x + 1\n",
    "memory": "def f(x):\n    held = bytearray(64 << 20)\n    return x + len(held[:1])\n",
    "too much memory": "def f(x):\n    held = bytearray(4 << 30)\n    return x + len(held[:1])\n",
}
LOOP = Job(
    "def f(x):\n    while True:\n        pass\n", (TestCode(HOST),), limits=Limits(1.0, 1.0, MEMORY_MB)
)
HOLD = Job(PROGRAMS["slow"], (TestCode(SPLIT),), limits=Limits(60.0, 60.0, MEMORY_MB))


@dataclass(frozen=True)
class Entry:
    """One job of the mixture; of an `uncertain` one only whether it passes is compared."""

    name: str
    job: Job
    uncertain: bool = False


@dataclass(frozen=True)
class Measurement:
    """This process and its boxes at rest, after so many jobs."""

    jobs: int
    own_bytes: int
    box_bytes: int
    descriptors: int
    processes: int
    threads: int
    containers: int
    folders: int


def honest() -> list[Entry]:
    """Each program under each form of tests."""
    limits = Limits(20.0, 60.0, MEMORY_MB)
    return [
        Entry(f"{name}, form {number}", Job(program, (tests,), limits=limits))
        for name, program in PROGRAMS.items()
        for number, tests in enumerate(FORMS)
    ]


def hostile() -> list[Entry]:
    """The hostile programs whose trick is about `f(3) == 4`, some of those that only run out of time."""
    entries, timeouts = [], 0
    for number, path in enumerate(sorted(HOSTILE.glob("*.py"))):
        text = path.read_text()
        header = dict(line[2:].split(": ", 1) for line in text.splitlines()[:4] if line.startswith("# "))
        timeouts += header["verdict"] == "timeout"
        if "tests" in header or (header["verdict"] == "timeout" and timeouts > TIMEOUTS):
            continue
        uncertain = header["verdict"] == "not pass"
        seconds = 1.0 if uncertain or header["verdict"] == "timeout" else 20.0
        form = FORMS[number % len(FORMS)]
        job = Job(text, (form,), limits=Limits(seconds, seconds, MEMORY_MB))
        entries.append(Entry(path.stem, job, uncertain))
    return entries


def drawn(count: int, share: float, seed: int, kinds: int | None = None) -> list[Entry]:
    """That many entries; one in a hundred loops, `share` of them are hostile.

    `kinds` bounds how many different honest and how many different hostile ones there are.
    """
    generator = random.Random(seed)
    good, bad, loop = honest(), hostile(), Entry("loop", LOOP)
    if kinds is not None:
        good, bad = generator.sample(good, kinds), generator.sample(bad, kinds)
    return [
        generator.choice(bad) if turn < share else loop if turn > 0.99 else generator.choice(good)
        for turn in (generator.random() for _ in range(count))
    ]


def summary(entry: Entry, result: Result) -> list[str]:
    """What is compared: the verdict and each test's status."""
    if not isinstance(result, TestReport):
        return ["unavailable", str(result)]
    if entry.uncertain:
        return ["pass" if result.verdict == "pass" else "not pass"]
    return [result.verdict, *(one.status for one in result.outcomes)]


def alone(entry: Entry, backend: str) -> list[str]:
    """The entry's result in a sandbox that is opened for it alone."""
    try:
        with open_sandbox(load_settings(sandbox=backend, memory_mb=MEMORY_MB, max_parallel=1)) as sandbox:
            return summary(entry, sandbox.run(entry.job))
    except SandboxUnavailable as problem:
        return ["unavailable", str(problem)]


def containers(backend: str) -> list[int]:
    """The memory that each of this process's containers uses; none without Docker."""
    if backend != "docker":
        return []
    from hrl.sandbox.engine import OWNER, connect
    from hrl.sandbox.owners import owner

    with contextlib.closing(connect()) as client:
        wanted = {"label": f"{OWNER}={owner(os.getpid())}"}
        found = client.api.containers(all=True, filters=wanted)
        stats = [client.api.stats(one["Id"], stream=False, one_shot=True) for one in found]
    return [one.get("memory_stats", {}).get("usage", 0) for one in stats]


def families() -> dict[int, list[int]]:
    """Every process's children."""
    found: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError):
            parent = int(path.read_text().rpartition(")")[2].split()[1])
            found.setdefault(parent, []).append(int(path.parent.name))
    return found


def descendants() -> list[int]:
    """Every process below this one."""
    known, found = families(), [os.getpid()]
    for pid in found:
        found += known.get(pid, [])
    return found[1:]


def resident(pid: int) -> int:
    """A process's resident memory; 0 when it has ended."""
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def measure(jobs: int, backend: str) -> Measurement:
    """Look at this process and what belongs to it."""
    below, held = descendants(), containers(backend)
    return Measurement(
        jobs=jobs,
        own_bytes=resident(os.getpid()),
        box_bytes=sum(held) + sum(map(resident, below)),
        descriptors=len(os.listdir("/proc/self/fd")),  # noqa: PTH208
        processes=len(below),
        threads=threading.active_count(),
        containers=len(held),
        folders=len(list(Path(tempfile.gettempdir()).glob(f"hrl-box-*-{os.getpid()}-*"))),
    )


def grown(found: Sequence[Measurement]) -> list[str]:
    """What is more in the last quarter than in the first, beyond the bounds above."""
    quarter = max(1, len(found) // 4)
    first, last = found[:quarter], found[-quarter:]
    problems = []
    for name, bound in (("own_bytes", OWN_BOUND), ("box_bytes", BOXES_BOUND)):
        before, after = (sum(getattr(one, name) for one in part) / quarter for part in (first, last))
        if after - before > bound:
            problems.append(f"{name} grew from {before / MIB:.1f} to {after / MIB:.1f} MiB")
    for name in ("descriptors", "processes", "threads", "containers", "folders"):
        before, after = max(getattr(one, name) for one in first), min(getattr(one, name) for one in last)
        if name == "processes":
            before += SPARE
        if name == "descriptors":
            before += CONNECTIONS if last[-1].containers else LATE
        if after > before:
            problems.append(f"{name} grew from {before} to {after}")
    return problems


def left_over(before: Measurement, after: Measurement) -> list[str]:
    """What `close` did not give back."""
    names = ("descriptors", "processes", "threads", "containers", "folders")
    pairs = [(name, getattr(before, name), getattr(after, name)) for name in names]
    return [f"{name}: {one} before open, {two} after close" for name, one, two in pairs if two > one]


Say = Callable[[str], object]


def soak(
    backend: str,
    count: int,
    share: float,
    seed: int,
    every: int = 500,
    kinds: int | None = None,
    say: Say = print,
) -> dict[str, Any]:
    """Run it all; `problems` in the answer is empty when nothing is off."""
    started = time.monotonic()
    entries = drawn(count, share, seed, kinds)
    distinct = {entry.name: entry for entry in entries}
    with ThreadPoolExecutor(WORKERS) as threads:
        results = threads.map(lambda entry: alone(entry, backend), distinct.values())
        wanted = dict(zip(distinct, results, strict=True))
    say(f"{len(distinct)} different jobs graded alone in {time.monotonic() - started:.0f} s")
    problems = [f"{name} alone: {found[1]}" for name, found in wanted.items() if found[0] == "unavailable"]
    problems += [f"{name} passes alone" for name in hostile_names(distinct) if wanted[name][0] == "pass"]
    before = measure(0, backend)
    measured: list[Measurement] = []
    started = time.monotonic()
    settings = load_settings(sandbox=backend, memory_mb=MEMORY_MB, max_parallel=WORKERS)
    with open_sandbox(settings) as sandbox:
        for place in range(0, count, every):
            part = entries[place : place + every]
            for number, result in sandbox.run_many(entry.job for entry in part):
                name = part[number].name
                got = summary(part[number], result)
                if got != wanted[name]:
                    problems.append(f"job {place + number}, {name}: {got}, alone {wanted[name]}")
                    say(problems[-1])
            list(sandbox.run_many([HOLD] * 2 * WORKERS))  # each worker has both of its boxes now
            measured.append(measure(place + len(part), backend))
            say(f"{measured[-1]} {len(problems)} problems")
        took = time.monotonic() - started
    after = settled(before, backend)
    problems += grown(measured[1:] or measured) + left_over(before, after)
    return {
        "backend": backend,
        "jobs": count,
        "seed": seed,
        "distinct": len(distinct),
        "hostile": sum(entry.name in hostile_names(distinct) for entry in entries),
        "seconds": round(took, 1),
        "problems": problems,
        "before": asdict(before),
        "measured": [asdict(one) for one in measured],
        "after": asdict(after),
    }


def hostile_names(distinct: dict[str, Entry]) -> set[str]:
    """The names that neither the honest mixture nor the loop has."""
    return set(distinct) - {entry.name for entry in honest()} - {"loop"}


def settled(before: Measurement, backend: str) -> Measurement:
    """The last measurement; the kernel and the engine have a few seconds to end what was closed."""
    for _ in range(20):
        found = measure(-1, backend)
        if not left_over(before, found):
            break
        time.sleep(0.25)
    return found


def table(facts: dict[str, Any]) -> Iterator[str]:
    """The measurements as Markdown."""
    counts = ("descriptors", "processes", "threads", "containers", "folders")
    yield f"| jobs | this process, MiB | boxes, MiB | {' | '.join(counts)} |"
    yield "|---" * 8 + "|"
    for one in facts["measured"]:
        sizes = f"{one['own_bytes'] / MIB:.1f} | {one['box_bytes'] / MIB:.1f}"
        yield f"| {one['jobs']} | {sizes} | {' | '.join(str(one[name]) for name in counts)} |"


def main() -> None:
    """Read the arguments, run, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--jobs", type=int, default=10000)
    parser.add_argument("--backend", default="docker", choices=["docker", "bubblewrap", "process"])
    parser.add_argument("--hostile", type=float, default=0.05, help="the share of hostile programs")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="default: results/soak-<backend>.json beside this file")
    given = parser.parse_args()

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    facts = soak(given.backend, given.jobs, given.hostile, given.seed, say=say)
    print("\n".join(table(facts)))
    print(f"\n{facts['jobs']} jobs ({facts['hostile']} hostile) on {given.backend} in {facts['seconds']} s")
    print("\n".join(facts["problems"]) or "nothing is off")
    path = given.json or Path(__file__).parent / "results" / f"soak-{given.backend}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(facts, indent=1) + "\n")
    sys.exit(1 if facts["problems"] else 0)


if __name__ == "__main__":
    main()
