"""Verdicts over programs that were graded before: the benchmarks' references and recorded answers of models.

    python bench/recorded.py --data ../shared/data --backend bubblewrap --second

`references`: the solutions of HumanEval, MBPP (with its challenge tests) and sanitized MBPP all pass.
`hollow`: the same programs with `return None` for every body never pass.
`ldb`: the final programs of LLMDebugger's three models over the hidden tests, against its own record.
`codegen`: CodeT's 100 samples of CodeGen-16B for each HumanEval problem, as pass@k.
`imports`: those of them that use a module which they do not import, also with the imports in front that some
harnesses put there, and what pass@k then is; it takes the other samples from the results of `codegen`.

What the sandbox could not grade is listed apart and counts neither way. `--second` also executes each program
with its tests in one process, as the benchmarks' own harnesses do (in a container of the sandbox's image, by
`docker run`): a verdict that differs there is worth reading. Equal programs of a problem are graded once.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import subprocess
import sys
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import comb
from pathlib import Path
from typing import Any

from hrl.config import load_settings
from hrl.sandbox import Job, Limits, Result, open_sandbox
from hrl.types import TestCode, TestReport

MODELS = ("gpt-3.5-turbo-0613", "CodeLlama-34b-Instruct", "starcoder")
LDB = {"mbpp": (76.0, 57.4, 55.4), "humaneval": (82.9, 55.5, 39.6)}
CODEGEN = {1: 0.228, 10: 0.513, 100: 0.750}
IMPORTS = """import collections
import copy
import datetime
import functools
import hashlib
import heapq
import itertools
import math
import random
import re
import statistics
import string
import sys
from collections import *
from typing import *
"""
WITH_IMPORTS = "CodeGen-16B with imports"
REFERENCE_SECONDS = 60.0  # MBPP 123 takes 2.9 s on an idle machine
MEMORY_MB = 1024


@dataclass(frozen=True)
class Case:
    """One program to grade: its set, its problem, and the verdict on record where there is one."""

    group: str
    problem: str
    job: Job
    recorded: bool | None = None
    count: int = 1

    def plain(self) -> str:
        """Program and tests as one text."""
        call = f"\ncheck({self.job.entry_point})" if "def check(" in self.job.tests[0].source else ""
        return f"{self.job.program}\n{self.job.tests[0].source}{call}\n"


def rows(path: Path) -> list[dict[str, Any]]:
    """A jsonl file's objects."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def joined(setup: str, tests: Iterable[str]) -> str:
    """MBPP's tests as one program: the set-up comes after the solution."""
    return "\n".join([*([setup] if setup else []), *tests])


def humaneval_job(row: dict[str, Any], program: str, limits: Limits) -> Job:
    """A HumanEval problem's job: the prompt's own functions are helpers of the tests."""
    return Job(program, (TestCode(row["test"]),), row["entry_point"], row["prompt"], limits)


def humaneval(data: Path) -> Iterator[Case]:
    """HumanEval's reference solutions."""
    limits = Limits(seconds_per_test=REFERENCE_SECONDS, memory_mb=MEMORY_MB)
    for row in rows(data / "humaneval.jsonl"):
        job = humaneval_job(row, row["prompt"] + row["canonical_solution"], limits)
        yield Case("HumanEval", row["task_id"], job)


def mbpp(data: Path) -> Iterator[Case]:
    """MBPP's reference solutions under the tests, then under the challenge tests."""
    limits = Limits(seconds_per_test=REFERENCE_SECONDS, memory_mb=MEMORY_MB)
    for key, group in (("test_list", "MBPP"), ("challenge_test_list", "MBPP challenge")):
        for row in rows(data / "mbpp.jsonl"):
            if row[key]:
                tests = TestCode(joined(row["test_setup_code"], row[key]))
                yield Case(group, str(row["task_id"]), Job(row["code"], (tests,), limits=limits))


def sanitized(data: Path) -> Iterator[Case]:
    """Sanitized MBPP's reference solutions."""
    limits = Limits(seconds_per_test=REFERENCE_SECONDS, memory_mb=MEMORY_MB)
    for row in json.loads((data / "sanitized-mbpp.json").read_text()):
        tests = TestCode(joined("\n".join(row["test_imports"]), row["test_list"]))
        yield Case("MBPP sanitized", str(row["task_id"]), Job(row["code"], (tests,), limits=limits))


def references(data: Path) -> Iterator[Case]:
    """All of them."""
    yield from humaneval(data)
    yield from mbpp(data)
    yield from sanitized(data)


def hollow(data: Path, seconds: float = 10.0) -> Iterator[Case]:
    """All of them without their bodies."""
    for case in references(data):
        given = case.job
        limits = Limits(seconds_per_test=seconds, memory_mb=MEMORY_MB)
        job = Job(emptied(given.program), given.tests, given.entry_point, given.helpers, limits)
        yield Case(case.group, case.problem, job)


def emptied(program: str) -> str:
    """Every top-level function with `return None` in place of its body."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(program)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            node.body = [ast.Return(ast.Constant(None))]
    return ast.unparse(ast.fix_missing_locations(tree))


def ldb(data: Path, seconds: float = 10.0) -> Iterator[Case]:
    """The last step's program of each problem, with its recorded verdict."""
    limits = Limits(seconds_per_test=seconds, memory_mb=MEMORY_MB)
    tasks = {row["task_id"]: row for row in rows(data / "humaneval.jsonl")}
    tests = {
        row["task_id"]: TestCode(joined(row["test_setup_code"], row["test_list"]))
        for row in rows(data / "mbpp.jsonl")
    }
    for benchmark in LDB:
        for model in MODELS:
            for row in final_steps(data / "replay" / f"ldb_{benchmark}_{model}.jsonl"):
                task, program = row["task_id"], row["completion"]
                if benchmark == "mbpp":
                    job = Job(program, (tests[task],), limits=limits)
                else:
                    job = humaneval_job(tasks[task], program, limits)
                yield Case(f"{benchmark} {model}", str(task), job, row["recorded_final_pass"])


def final_steps(path: Path) -> list[dict[str, Any]]:
    """Each problem's last row."""
    last: dict[Any, dict[str, Any]] = {}
    for row in rows(path):
        if row["task_id"] not in last or row["step"] > last[row["task_id"]]["step"]:
            last[row["task_id"]] = row
    return list(last.values())


def codegen(data: Path, seconds: float = 3.0) -> Iterator[Case]:
    """Each different program of each problem, with how many samples it is."""
    limits = Limits(seconds_per_test=seconds, memory_mb=MEMORY_MB)
    tasks = {row["task_id"]: row for row in rows(data / "humaneval.jsonl")}
    samples = Counter(
        (row["task_id"], row["completion"])
        for row in rows(data / "replay" / "codet_humaneval_codegen-16b.jsonl")
    )
    for (task, completion), count in samples.items():
        program = tasks[task]["prompt"] + completion
        yield Case("CodeGen-16B", task, humaneval_job(tasks[task], program, limits), count=count)


def imports(data: Path, seconds: float = 3.0) -> Iterator[Case]:
    """CodeGen's programs that lack an import: as they are, and with every import in front."""
    modules = "|".join(line.split()[1] for line in IMPORTS.splitlines() if line.startswith("import"))
    use = re.compile(
        rf"\b({modules})(?=\.\w)|\b(Counter|defaultdict|deque)(?=\()|\b(List|Dict|Set|Tuple)(?=\[)"
    )
    for case in codegen(data, seconds):
        used = {"".join(found) for found in use.findall(case.job.program)}
        if any(not re.search(rf"import .*\b{name}\b", case.job.program) for name in used):
            yield case
            job = replace(case.job, program=IMPORTS + case.job.program)
            yield replace(case, group=WITH_IMPORTS, job=job)


def pass_at(k: int, samples: int, right: int) -> float:
    """The unbiased estimator of Chen et al. 2021: 1 - C(n - c, k) / C(n, k)."""
    return 1 - comb(samples - right, k) / comb(samples, k)


def grade(cases: Sequence[Case], backend: str) -> list[Result]:
    """Every case's result, in the order of the cases; progress goes to stderr."""
    found: dict[int, Result] = {}
    settings = load_settings(sandbox=backend, memory_mb=MEMORY_MB, max_parallel=2)
    with open_sandbox(settings) as sandbox:
        for place, result in sandbox.run_many(case.job for case in cases):
            found[place] = result
            if len(found) % 500 == 0:
                print(f"{len(found)} of {len(cases)}", file=sys.stderr, flush=True)
    return [found[place] for place in range(len(cases))]


def verdict(result: Result) -> str:
    """The report's verdict, or `unavailable`."""
    return result.verdict if isinstance(result, TestReport) else "unavailable"


def message(result: Result) -> str:
    """Why a case did not pass: the first outcome that did not."""
    if not isinstance(result, TestReport):
        return str(result)
    bad = next((one for one in result.outcomes if one.status != "pass"), None)
    return f"{bad.status} at {bad.name[:160]}: {bad.message[:300]}" if bad else "pass"


PLAIN = """
import json, os, resource, signal, sys
from concurrent.futures import ThreadPoolExecutor
def child(text, seconds, pipe):
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(null, number)
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    signal.alarm(max(1, int(seconds)))
    try:
        exec(compile(text, "plain", "exec"), {})
        found = b"pass"
    except BaseException as problem:
        found = (type(problem).__name__ + ": " + str(problem)[:200]).encode("utf-8", "replace")
    os.write(pipe, found)
    os._exit(0)
def one(line):
    number, text, seconds = json.loads(line)
    ours, theirs = os.pipe()
    pid = os.fork()
    if not pid:
        child(text, seconds, theirs)
    os.close(theirs)
    _, status = os.waitpid(pid, 0)
    os.set_blocking(ours, False)
    try:
        found = os.read(ours, 1000).decode("utf-8", "replace") or "ended"
    except BlockingIOError:
        found = "ended"
    os.close(ours)
    if os.WIFSIGNALED(status):
        found = "timeout" if os.WTERMSIG(status) == signal.SIGALRM else "signal"
    return json.dumps([number, found])
with ThreadPoolExecutor(2) as pool:
    for answer in pool.map(one, sys.stdin.read().splitlines()):
        print(answer, flush=True)
"""


def second_opinion(cases: Sequence[Case]) -> list[str]:
    """What each program does in one process with its tests: `pass`, or how it ended."""
    asked = [json.dumps([n, case.plain(), case.job.limits.seconds_per_test]) for n, case in enumerate(cases)]
    command = [
        "docker", "run", "--rm", "-i", "--network=none", "--read-only", "--tmpfs=/tmp:size=64m",
        "--cap-drop=ALL", "--security-opt=no-new-privileges", "--user=65534:65534", "--memory=3g",
        "--pids-limit=256", load_settings().sandbox_image, "python3", "-I", "-W", "ignore", "-c", PLAIN,
    ]  # fmt: skip
    done = subprocess.run(command, input="\n".join(asked), capture_output=True, text=True, check=True)
    return [found for _, found in map(json.loads, done.stdout.splitlines())]


def differences(
    cases: Sequence[Case], results: Sequence[Result], others: Sequence[str]
) -> list[dict[str, Any]]:
    """Programs that pass here and not in one process, or the other way round."""
    return [
        {
            "set": case.group,
            "problem": case.problem,
            "samples": case.count,
            "here": message(result),
            "in_one_process": other,
            "program": case.job.program,
        }
        for case, result, other in zip(cases, results, others, strict=True)
        if verdict(result) != "unavailable" and (verdict(result) == "pass") != (other == "pass")
    ]


Table = list[str]
Facts = dict[str, Any]


def by_group(cases: Sequence[Case], results: Sequence[Result]) -> dict[str, list[tuple[Case, Result]]]:
    """Cases and results by set."""
    groups: dict[str, list[tuple[Case, Result]]] = defaultdict(list)
    for case, result in zip(cases, results, strict=True):
        groups[case.group].append((case, result))
    return groups


def score_references(cases: Sequence[Case], results: Sequence[Result]) -> tuple[Table, Facts]:
    """How many pass in each set, and each one that does not; also for hollow programs."""
    table, facts = ["| set | programs | pass | other verdicts |", "|---|---|---|---|"], {}
    for group, pairs in by_group(cases, results).items():
        counts = Counter(verdict(result) for _, result in pairs)
        others = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()) if name != "pass")
        table.append(f"| {group} | {len(pairs)} | {counts['pass']} | {others or '-'} |")
        facts[group] = {
            "verdicts": dict(counts),
            "not_pass": {case.problem: message(r) for case, r in pairs if verdict(r) != "pass"},
            "pass": [case.problem for case, r in pairs if verdict(r) == "pass"],
        }
        if counts["pass"] * 2 > len(pairs):
            del facts[group]["pass"]
        else:
            del facts[group]["not_pass"]
    return table, facts


def score_ldb(cases: Sequence[Case], results: Sequence[Result]) -> tuple[Table, Facts]:
    """The score of each set, on record and here, and each problem on which the two differ."""
    table = ["| set | problems | published | on record | here | differs on |", "|---|---|---|---|---|---|"]
    facts: Facts = {}
    for group, pairs in by_group(cases, results).items():
        benchmark, model = group.split()
        graded = [(case, result) for case, result in pairs if verdict(result) != "unavailable"]
        differ = [(case, r) for case, r in graded if (verdict(r) == "pass") != case.recorded]
        record = 100 * sum(bool(case.recorded) for case, _ in graded) / max(1, len(graded))
        here = 100 * sum(verdict(r) == "pass" for _, r in graded) / max(1, len(graded))
        published = LDB[benchmark][MODELS.index(model)]
        named = ", ".join(f"{case.problem.rpartition('/')[2]} ({verdict(r)})" for case, r in differ)
        table.append(
            f"| {group} | {len(graded)} | {published} | {record:.1f} | {here:.1f} | {named or '-'} |"
        )
        facts[group] = {
            "published": published,
            "on_record": round(record, 2),
            "here": round(here, 2),
            "differences": {case.problem: [case.recorded, message(r)] for case, r in differ},
            "verdicts": {case.problem: verdict(r) for case, r in pairs},
        }
    return table, facts


def score_codegen(cases: Sequence[Case], results: Sequence[Result]) -> tuple[Table, Facts]:
    """pass@1, 10 and 100, each problem's estimate over the samples that could be graded."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for case, result in zip(cases, results, strict=True):
        counts[case.problem][verdict(result)] += case.count
    table, facts = ["| k | published | here |", "|---|---|---|"], {}
    for k, published in CODEGEN.items():
        each = []
        for one in counts.values():
            samples = one.total() - one["unavailable"]
            each.append(pass_at(min(k, samples), samples, one["pass"]) if samples else 0.0)
        facts[f"pass@{k}"] = {"published": published, "here": round(sum(each) / max(1, len(each)), 4)}
        table.append(f"| {k} | {published:.3f} | {facts[f'pass@{k}']['here']:.4f} |")
    total = sum(counts.values(), Counter[str]())
    return table, {**facts, "verdicts": dict(total), "problems": {p: dict(c) for p, c in counts.items()}}


def score_imports(cases: Sequence[Case], results: Sequence[Result]) -> tuple[Table, Facts]:
    """How many samples more pass with the imports, by problem."""
    gains: Counter[str] = Counter()
    for case, result in zip(cases, results, strict=True):
        sign = 1 if case.group == WITH_IMPORTS else -1
        gains[case.problem] += sign * case.count * (verdict(result) == "pass")
    facts = {problem: gain for problem, gain in gains.items() if gain}
    return [f"{sum(facts.values())} samples more pass: {facts}"], {"gains": facts}


def with_imports(known: Facts) -> Facts:
    """pass@k of `codegen` with the gains of `imports`."""
    right = Counter({problem: one.get("pass", 0) for problem, one in known["codegen"]["problems"].items()})
    gains, count = known["imports"]["gains"], len(right)
    each = [right[problem] + gains.get(problem, 0) for problem in right]
    return {f"pass@{k}": round(sum(pass_at(k, 100, one) for one in each) / count, 4) for k in CODEGEN}


SCORES: dict[str, Callable[[Sequence[Case], Sequence[Result]], tuple[Table, Facts]]] = {
    "references": score_references,
    "hollow": score_references,
    "ldb": score_ldb,
    "codegen": score_codegen,
    "imports": score_imports,
}


def cases_of(section: str, data: Path, seconds: float | None) -> list[Case]:
    """A section's programs."""
    if section == "references":
        return list(references(data))
    limit = seconds or (3.0 if section in ("codegen", "imports") else 10.0)
    return list({"hollow": hollow, "ldb": ldb, "codegen": codegen, "imports": imports}[section](data, limit))


def measured(section: str, cases: Sequence[Case], backend: str, second: bool) -> tuple[Table, Facts]:
    """Grade a section's programs and score them."""
    started = time.monotonic()
    results = grade(cases, backend)
    took = time.monotonic() - started
    table, facts = SCORES[section](cases, results)
    missing = {
        f"{c.group} {c.problem}": str(r)
        for c, r in zip(cases, results, strict=True)
        if verdict(r) == "unavailable"
    }
    common = {"backend": backend, "programs": len(cases), "seconds": round(took, 1), "unavailable": missing}
    table.append(f"\n{len(cases)} programs in {took:.0f} s on {backend}; {len(missing)} could not be graded")
    if second:
        common["differences_from_one_process"] = found = differences(cases, results, second_opinion(cases))
        table.append(f"{len(found)} verdicts differ from those in one process")
        table += [
            f"- {one['set']} {one['problem']}: {one['here']} / {one['in_one_process']}" for one in found
        ]
    return table, {**common, **facts}


def main() -> None:
    """Read the arguments; grade, print and write section by section."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder with humaneval.jsonl")
    parser.add_argument("--backend", default="bubblewrap", choices=["docker", "bubblewrap", "process"])
    parser.add_argument("--only", choices=list(SCORES))
    parser.add_argument("--timeout", type=float, help="seconds for each test (ldb, hollow: 10; else 3)")
    parser.add_argument("--every", type=int, default=1, help="only each n-th program")
    parser.add_argument("--second", action="store_true", help="also execute program and tests in one process")
    parser.add_argument("--json", type=Path, default=Path(__file__).parent / "results" / "recorded.json")
    given = parser.parse_args()
    for section in [given.only] if given.only else list(SCORES):
        cases = cases_of(section, given.data, given.timeout)[:: given.every]
        table, facts = measured(section, cases, given.backend, given.second)
        print(f"\n## {section}\n")
        print("\n".join(table), flush=True)
        if given.every == 1:
            known = write(given.json, section, facts)
            if section == "imports" and "codegen" in known:
                print(f"CodeGen-16B with imports in front: {with_imports(known)}", flush=True)


def write(path: Path, section: str, facts: Facts) -> Facts:
    """Put one section's facts into the file; the others stay. All of them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    known: Facts = json.loads(path.read_text()) if path.exists() else {}
    known[section] = facts
    path.write_text(json.dumps(known, indent=1) + "\n")
    return known


if __name__ == "__main__":
    main()
