"""Verdicts over programs that were graded before: the benchmarks' references and recorded answers of models.

    python bench/recorded.py --data DIR --backend bubblewrap --second

`references`: the solutions of HumanEval, MBPP (with its challenge tests) and sanitized MBPP all pass.
`hollow`: the same programs with `return None` for every body never pass.
`ldb`: the final programs of LLMDebugger's three models over the hidden tests, against its own record.
`codegen`: CodeT's 100 samples of CodeGen-16B for each HumanEval problem, as pass@k.
`imports`: those of them that use a module which they do not import, also with the usual imports in front, and
what pass@k then is; it takes the other samples from the results of `codegen`.

What the sandbox could not grade is listed apart and counts neither way. `--second` also executes each program
with its tests in one process, as the benchmarks' own harnesses do (in a container of the sandbox's image, by
`docker run`): a verdict that differs there is worth reading. With `--every` only a named file is written.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path
from statistics import fmean
from typing import Any

from hrl.benchmarks.cutting import USUAL_IMPORTS
from hrl.benchmarks.datasets import challenge_problems, open_dataset
from hrl.benchmarks.estimates import pass_at_k
from hrl.benchmarks.grading import Submission, Ungraded, grade, grading_limits, submissions
from hrl.benchmarks.problem import Problem
from hrl.benchmarks.rows import Row
from hrl.benchmarks.samples import read_samples
from hrl.config import load_settings
from hrl.sandbox import Job, open_sandbox
from hrl.types import parse_program

MODELS = ("gpt-3.5-turbo-0613", "CodeLlama-34b-Instruct", "starcoder")
LDB = {"mbpp": (76.0, 57.4, 55.4), "humaneval": (82.9, 55.5, 39.6)}
CODEGEN = {1: 0.228, 10: 0.513, 100: 0.750}
WITH_IMPORTS = "CodeGen-16B with imports"
MEMORY_MB = 1024
RESULTS = Path(__file__).parent / "results" / "recorded.json"
Table = list[str]
Facts = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One answer of a set: how long it may take, the verdict on record where there is one, what was found."""

    group: str
    given: Submission
    seconds: float
    recorded: bool | None = None
    found: Row | Ungraded | None = None

    @property
    def problem(self) -> str:
        return self.given.problem.id

    @property
    def job(self) -> Job:
        """For the tests of the sandbox, which grade a part of the cases themselves."""
        return self.given.job(grading_limits(self.seconds, memory_mb=MEMORY_MB))

    @property
    def verdict(self) -> str:
        return self.found.verdict if isinstance(self.found, Row) else "unavailable"

    @property
    def message(self) -> str:
        """The verdict, with the reason where it is not `pass`."""
        reason = self.found.message if isinstance(self.found, Row) else self.found and self.found.reason
        return f"{self.verdict}: {reason}" if reason else self.verdict

    def plain(self) -> str:
        """Program and tests as one text."""
        problem = self.given.problem
        call = f"\ncheck({problem.entry_point})" if "def check(" in problem.tests[0].source else ""
        return f"{self.given.program}\n{problem.tests[0].source}{call}\n"


def solutions(group: str, problems: Iterable[Problem]) -> list[Case]:
    """The problems' references; MBPP 123 takes 2.9 s on an idle machine."""
    return [Case(group, Submission(problem, 0, problem.reference), 60.0) for problem in problems]


def humaneval(data: Path) -> list[Case]:
    return solutions("HumanEval", open_dataset("humaneval", data=str(data)).problems)


def mbpp(data: Path) -> list[Case]:
    """Under the tests, then under the challenge tests."""
    usual = solutions("MBPP", open_dataset("mbpp", split="all", data=str(data)).problems)
    return usual + solutions("MBPP challenge", challenge_problems(str(data)))


def sanitized(data: Path) -> list[Case]:
    return solutions("MBPP sanitized", open_dataset("mbpp-sanitized", data=str(data)).problems)


def references(data: Path) -> list[Case]:
    return humaneval(data) + mbpp(data) + sanitized(data)


def hollow(data: Path, seconds: float = 10.0) -> list[Case]:
    """Every reference without its bodies."""
    given = [(one.group, replace(one.given, program=emptied(one.given.program))) for one in references(data)]
    return [Case(group, one, seconds) for group, one in given]


def emptied(program: str) -> str:
    """Every top-level function with `return None` in place of its body."""
    tree = parse_program(program)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            node.body = [ast.Return(ast.Constant(None))]
    return ast.unparse(ast.fix_missing_locations(tree))


def ldb(data: Path, seconds: float = 10.0) -> Iterator[Case]:
    """The last step's program of each problem; MBPP's three tests get the seconds each (123 needs them)."""
    for benchmark, limit in (("mbpp", 3 * seconds), ("humaneval", seconds)):
        problems = open_dataset(benchmark, data=str(data)).problems
        for model in MODELS:
            path = data / "replay" / f"ldb_{benchmark}_{model}.jsonl"
            samples, lines = list(read_samples(path, steps="last")), path.read_text().split("\n")
            programs = submissions(samples, problems, dataset=benchmark).submissions
            for sample, program in zip(samples, programs, strict=True):
                recorded = json.loads(lines[sample.line - 1])["recorded_final_pass"]
                yield Case(f"{benchmark} {model}", program, limit, recorded)


def codegen(data: Path, seconds: float = 3.0, *, usual_imports: bool = False) -> list[Case]:
    """All samples."""
    samples = read_samples(data / "replay" / "codet_humaneval_codegen-16b.jsonl")
    problems = open_dataset("humaneval", data=str(data)).problems
    programs = submissions(samples, problems, dataset="humaneval", usual_imports=usual_imports).submissions
    return [Case(WITH_IMPORTS if usual_imports else "CodeGen-16B", one, seconds) for one in programs]


def imports(data: Path, seconds: float = 3.0) -> list[Case]:
    """CodeGen's programs that lack an import: as they are, then with the usual imports in front."""
    plain = codegen(data, seconds)
    lacking = [lacks_import(case.given.program) for case in plain]
    return [*compress(plain, lacking), *compress(codegen(data, seconds, usual_imports=True), lacking)]


def lacks_import(program: str) -> bool:
    """Whether it uses a name of the usual imports that it does not import."""
    modules = "|".join(re.findall(r"^import (\w+)", USUAL_IMPORTS, re.M))
    names = rf"\b({modules})(?=\.\w)|\b(Counter|defaultdict|deque)(?=\()|\b(List|Dict|Set|Tuple)(?=\[)"
    used = {"".join(found) for found in re.findall(names, program)}
    return any(not re.search(rf"import .*\b{name}\b", program) for name in used)


def by_group(cases: Iterable[Case]) -> dict[str, list[Case]]:
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.group].append(case)
    return groups


def graded(cases: Sequence[Case], backend: str) -> tuple[list[Case], int]:
    """The cases with what was found, and how many different programs ran; progress goes to stderr."""

    def told(done: int, _solved: int, total: int) -> None:
        if done % 500 == 0:
            print(f"{done} of {total}", file=sys.stderr, flush=True)

    done, programs = [], 0
    settings = load_settings(sandbox=backend, memory_mb=MEMORY_MB, max_parallel=2)
    with open_sandbox(settings) as sandbox:
        for some in by_group(cases).values():
            limits = grading_limits(some[0].seconds, memory_mb=MEMORY_MB)
            batch = grade([case.given for case in some], sandbox, limits=limits, progress=told)
            programs += batch.programs
            known: Sequence[Row | Ungraded] = (*batch.rows, *batch.ungraded)
            found = {(one.problem, one.sample): one for one in known}
            done += [replace(case, found=found[case.problem, case.given.sample]) for case in some]
    return done, programs


PLAIN = """
import json, subprocess, sys
from concurrent.futures import ThreadPoolExecutor
CHILD = '''
import os, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
exec(compile(sys.stdin.buffer.read(), "plain", "exec"), {})
os._exit(77)
'''
def one(line):
    text, seconds = json.loads(line)
    command = [sys.executable, "-I", "-W", "ignore", "-c", CHILD]
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    try:
        done = subprocess.run(command, input=text.encode("utf-8", "replace"), timeout=seconds, **pipes)
    except subprocess.TimeoutExpired:
        return "timeout"
    said = done.stderr.decode("utf-8", "replace").split("\\n")
    return "pass" if done.returncode == 77 else next((s[:200] for s in reversed(said) if s.strip()), "ended")
with ThreadPoolExecutor(2) as pool:
    for answer in pool.map(one, sys.stdin):
        print(json.dumps(answer), flush=True)
"""


def second_opinion(cases: Sequence[Case]) -> list[str]:
    """What each program does in one process with its tests: `pass`, or how it ended."""
    asked = [json.dumps([case.plain(), case.seconds]) for case in cases]
    command = [
        "docker", "run", "--rm", "-i", "--network=none", "--read-only", "--tmpfs=/tmp:size=64m",
        "--cap-drop=ALL", "--security-opt=no-new-privileges", "--user=65534:65534", "--memory=3g",
        "--pids-limit=256", load_settings().sandbox_image, "python3", "-I", "-W", "ignore", "-c", PLAIN,
    ]  # fmt: skip
    done = subprocess.run(command, input="\n".join(asked), capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def differences(cases: Sequence[Case]) -> list[Facts]:
    """Different programs that pass here and not in one process, or the other way round."""
    equal: dict[tuple[str, str, str], list[Case]] = defaultdict(list)
    for case in cases:
        equal[case.group, case.problem, case.given.program].append(case)
    found = []
    for some, other in zip(equal.values(), second_opinion([some[0] for some in equal.values()]), strict=True):
        one = some[0]
        if one.verdict != "unavailable" and (one.verdict == "pass") != (other == "pass"):
            facts = {"set": one.group, "problem": one.problem, "samples": len(some), "here": one.message}
            found.append({**facts, "in_one_process": other, "program": one.given.program})
    return found


def score_references(cases: Sequence[Case]) -> tuple[Table, Facts]:
    """How many pass in each set, and each one that does not; of hollow programs each one that does."""
    table = ["| set | programs | pass | other verdicts |", "|---|---|---|---|"]
    facts: Facts = {}
    for group, some in by_group(cases).items():
        counts = Counter(case.verdict for case in some)
        others = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()) if name != "pass")
        table.append(f"| {group} | {len(some)} | {counts['pass']} | {others or '-'} |")
        facts[group] = {"verdicts": dict(counts)}
        if counts["pass"] * 2 > len(some):
            facts[group]["not_pass"] = {c.problem: c.message for c in some if c.verdict != "pass"}
        else:
            facts[group]["pass"] = [case.problem for case in some if case.verdict == "pass"]
    return table, facts


def score_ldb(cases: Sequence[Case]) -> tuple[Table, Facts]:
    """The score of each set, on record and here, and each problem on which the two differ."""
    table = ["| set | problems | published | on record | here | differs on |", "|---|---|---|---|---|---|"]
    facts: Facts = {}
    for group, some in by_group(cases).items():
        benchmark, model = group.split()
        known = [case for case in some if case.verdict != "unavailable"]
        differ = [case for case in known if (case.verdict == "pass") != case.recorded]
        record = 100 * sum(bool(case.recorded) for case in known) / max(1, len(known))
        here = 100 * sum(case.verdict == "pass" for case in known) / max(1, len(known))
        published = LDB[benchmark][MODELS.index(model)]
        named = ", ".join(f"{case.problem.rpartition('/')[2]} ({case.verdict})" for case in differ)
        table.append(f"| {group} | {len(known)} | {published} | {record:.1f} | {here:.1f} | {named or '-'} |")
        facts[group] = {
            "published": published,
            "on_record": round(record, 2),
            "here": round(here, 2),
            "differences": {case.problem: [case.recorded, case.message] for case in differ},
            "verdicts": {case.problem: case.verdict for case in some},
        }
    return table, facts


def pass_at(k: int, samples: int, right: int) -> float:
    """A problem's pass@k; of all samples where fewer than k could be graded, 0 where none could."""
    return pass_at_k(samples, right, min(k, samples)) or 0.0 if samples else 0.0


def pass_rates(problems: Facts, gains: Facts) -> dict[str, float]:
    """pass@k from each problem's verdicts, with so many more right ones."""
    counts = [
        (sum(one.values()) - one.get("unavailable", 0), one.get("pass", 0) + gains.get(problem, 0))
        for problem, one in problems.items()
    ]
    return {f"pass@{k}": round(fmean(pass_at(k, n, right) for n, right in counts), 4) for k in CODEGEN}


def score_codegen(cases: Sequence[Case]) -> tuple[Table, Facts]:
    """pass@1, 10 and 100, each problem's estimate over the samples that could be graded."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for case in cases:
        counts[case.problem][case.verdict] += 1
    problems = {problem: dict(one) for problem, one in counts.items()}
    facts: Facts = {"verdicts": dict(Counter(case.verdict for case in cases)), "problems": problems}
    table = ["| k | published | here |", "|---|---|---|"]
    for (k, published), (name, here) in zip(CODEGEN.items(), pass_rates(problems, {}).items(), strict=True):
        facts[name] = {"published": published, "here": here}
        table.append(f"| {k} | {published:.3f} | {here:.4f} |")
    return table, facts


def score_imports(cases: Sequence[Case]) -> tuple[Table, Facts]:
    """How many samples more pass with the imports, by problem."""
    gains: Counter[str] = Counter()
    for case in cases:
        gains[case.problem] += (1 if case.group == WITH_IMPORTS else -1) * (case.verdict == "pass")
    facts = {problem: gain for problem, gain in gains.items() if gain}
    return [f"{sum(facts.values())} samples more pass: {facts}"], {"gains": facts}


SECTIONS: dict[str, tuple[Callable[..., Iterable[Case]], Callable[[Sequence[Case]], tuple[Table, Facts]]]] = {
    "references": (references, score_references),
    "hollow": (hollow, score_references),
    "ldb": (ldb, score_ldb),
    "codegen": (codegen, score_codegen),
    "imports": (imports, score_imports),
}


def measured(section: str, given: argparse.Namespace) -> tuple[Table, Facts]:
    """Grade a section's programs and score them."""
    read, score = SECTIONS[section]
    limit = {"seconds": given.timeout} if given.timeout and section != "references" else {}
    sets = by_group(read(given.data, **limit)).values()
    started = time.monotonic()
    cases, programs = graded([case for some in sets for case in some[:: given.every]], given.backend)
    took = time.monotonic() - started
    table, scores = score(cases)
    missing = {f"{c.group} {c.problem}": c.message for c in cases if c.verdict == "unavailable"}
    facts = {"backend": given.backend, "every": given.every, "programs": programs}
    facts |= {"seconds": round(took, 1), "unavailable": missing}
    table.append(f"\n{programs} programs in {took:.0f} s on {given.backend}; {len(missing)} not graded")
    if given.second:
        facts["differences_from_one_process"] = found = differences(cases)
        table.append(f"{len(found)} verdicts differ from those in one process")
        table += [f"- {d['set']} {d['problem']}: {d['here']} / {d['in_one_process']}" for d in found]
    return table, {**facts, **scores}


def write(path: Path, section: str, facts: Facts) -> Facts:
    """Put one section's facts into the file; the others stay. All of them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    known: Facts = json.loads(path.read_text()) if path.exists() else {}
    known[section] = facts
    path.write_text(json.dumps(known, indent=1) + "\n")
    return known


def main() -> None:
    """Read the arguments; grade, print and write section by section."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder with humaneval.jsonl")
    parser.add_argument("--backend", default="bubblewrap", choices=["docker", "bubblewrap", "process"])
    parser.add_argument("--only", choices=list(SECTIONS))
    parser.add_argument("--timeout", type=float, help="seconds for a program (hollow, ldb: 10; else 3)")
    parser.add_argument("--every", type=int, default=1, help="only each n-th answer of a set")
    parser.add_argument("--second", action="store_true", help="also execute program and tests in one process")
    parser.add_argument("--json", type=Path, help=f"by default results/{RESULTS.name}, without --every")
    given = parser.parse_args()
    path = given.json or (RESULTS if given.every == 1 else None)
    for section in [given.only] if given.only else list(SECTIONS):
        table, facts = measured(section, given)
        print(f"\n## {section}\n")
        print("\n".join(table), flush=True)
        known = write(path, section, facts) if path else {}
        if section == "imports" and "codegen" in known:
            rates = pass_rates(known["codegen"]["problems"], facts["gains"])
            print(f"CodeGen-16B with imports in front: {rates}", flush=True)


if __name__ == "__main__":
    main()
