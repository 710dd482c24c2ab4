"""Programs of 2 to 6 functions that training never shows: the learned Hierarchical policy and fixed ones.

Whole runs with a live model in the real sandbox, hidden tests opened once a run, every policy on the same
programs with the same budget. Intervals are 95 % bootstraps over programs and seeds, paired between policies.
Rows are kept as they come, so an interrupted measurement goes on with what is missing; rows of other code,
sampling, sandbox or limits are made again, from the replies and reports that are kept beside them. As all
policies share those, seconds are no property of a policy and are left out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import hrl
from hrl.benchmarks.policies import PolicyRun, compare_policies, policies_markdown
from hrl.benchmarks.rows import Row
from hrl.config import Settings, load_settings
from hrl.executive import EXECUTIVE
from hrl.graphs.decision import HIERARCHICAL
from hrl.graphs.rivals import RIVALS, hierarchical_policy
from hrl.llm import ReplyCache, open_model
from hrl.llm.requests import Sampling
from hrl.policies import load_policy
from hrl.policies.base import Policy
from hrl.retrieval import open_index
from hrl.runs import LineFile, read_lines
from hrl.sandbox import open_sandbox
from hrl.sandbox.base import Limits, Sandbox
from hrl.training.live_programs import SIZES, LivePrograms
from hrl.training.practice import fingerprint
from hrl.training.program_table import measure_programs
from hrl.training.programs import Program, Workshop
from hrl.training.reports import CachedSandbox
from hrl.types import Budget, dump, load

Key = tuple[str, str, int]  # policy, everything else that a row depends on, seed
# What decides about a run, and what it starts from; names of rules, splits and prompts stand for this code.
ROOMS = (
    *("curriculum", "evaluation", "executive", "graphs", "integrator", "llm", "planner", "policies"),
    *("retrieval", "sandbox", "task"),
)


def main(argv: Sequence[str]) -> int:
    given = _arguments(argv)
    settings = load_settings(sandbox=given.sandbox)
    given.work.mkdir(parents=True, exist_ok=True)
    found: list[PolicyRun] = []
    with ExitStack() as stack:
        replies = ReplyCache(given.work / "replies.sqlite")
        stack.callback(replies.close)
        model = open_model(given.model, settings, cache=replies)
        stack.callback(model.close)
        box = open_sandbox(settings)
        stack.callback(box.close)
        sandbox = CachedSandbox(box, given.work / f"reports-{box.backend}.jsonl")
        executive = load_policy(given.executive, EXECUTIVE)
        workshop = Workshop(executive, sandbox, replies, open_index(()), Limits.of(settings))
        rows = stack.enter_context(Rows(given.work / "rows.jsonl"))
        budget = Budget(tokens=given.tokens, model_calls=200, sandbox_runs=400)
        depends = {
            "model": model.fingerprint,
            "executive": fingerprint(executive),
            "split": given.split,
            "budget": dump(budget),
            **_depends(settings, box),
        }
        where = json.dumps(depends, sort_keys=True)
        for name in given.policies.split(","):
            seeds = []
            for seed in range(given.seeds):
                live = LivePrograms(
                    model,
                    given.split,
                    given.programs_seed,
                    SIZES,
                    budget,
                    replace(Sampling.of(settings), seed=seed),
                )
                programs = [live.number(place) for place in range(given.programs)]
                key = (fingerprint(hierarchical_policy(name)), where, seed)
                seeds.append(_measured(name, programs, workshop, rows, key, given.workers))
                solved = sum(row.solved for row in seeds[-1])
                print(f"{name}, seed {seed}: {solved} of {len(programs)}", file=sys.stderr, flush=True)
            found.append(PolicyRun(name, tuple(seeds)))
    protocol = f"hidden tests of main, {given.split}, {given.tokens} tokens a program"
    table = compare_policies(found, protocol=protocol)
    table = replace(table, lines=tuple(replace(line, seconds=None) for line in table.lines))
    print(policies_markdown(table))
    sizes = {run.name: _by_size(run) for run in found}
    print(_sizes_markdown(sizes))
    if given.json:
        told = {"table": dump(table), "by_size": sizes, "command": " ".join(argv), "where": depends}
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return 0


def source_digest(package: Path) -> str:
    """Of code and prompts in the rooms that a run goes through, by their paths and contents."""
    hasher = hashlib.sha256()
    for path in sorted(path for room in ROOMS for path in (package / room).rglob("*")):
        if path.suffix in (".py", ".md", ".txt", ".jinja"):
            hasher.update(f"{path.relative_to(package)}\0".encode())
            hasher.update(hashlib.sha256(path.read_bytes()).digest())
    return hasher.hexdigest()[:16]


def _depends(settings: Settings, box: Sandbox) -> dict[str, Any]:
    """What a row depends on beside its policies, its model, its program and its budget."""
    sampling = dump(Sampling.of(settings))
    return {
        "code": source_digest(Path(hrl.__file__).parent),
        "version": HIERARCHICAL.version,
        "sampling": {name: sampling[name] for name in ("temperature", "top_p", "max_tokens")},
        "prompt_style": settings.prompt_style,
        "sandbox": box.backend,
        "limits": dump(Limits.of(settings)),
    }


class Rows(LineFile):
    """Rows that were measured, by what they depend on."""

    def __init__(self, path: Path) -> None:
        self.known: dict[tuple[str, ...], Row] = {}
        for line in read_lines(path):
            self.known[*line["key"], line["row"]["problem"]] = load(Row, line["row"])
        super().__init__(path)

    def keep(self, key: Key, row: Row) -> None:
        """Keep one."""
        self.append({"key": [*map(str, key)], "row": dump(row)})


def _measured(
    name: str, programs: Sequence[Program], workshop: Workshop, rows: Rows, key: Key, workers: int
) -> tuple[Row, ...]:
    """Rows of all programs, those of an earlier session among them."""
    texts = tuple(map(str, key))
    missing = [program for program in programs if (*texts, program.name) not in rows.known]

    def policy(place: int) -> Policy:
        return hierarchical_policy(name, 1000 * key[2] + place)

    made = measure_programs(policy, missing, workshop, workers=workers, done=lambda row: rows.keep(key, row))
    rows.known |= {(*texts, row.problem): row for row in made}
    return tuple(rows.known[*texts, program.name] for program in programs)


def _by_size(run: PolicyRun) -> dict[str, float]:
    """Share solved by the number of functions, over all seeds."""
    groups: dict[str, list[bool]] = {}
    for rows in run.seeds:
        for row in rows:
            groups.setdefault(row.group, []).append(row.solved)
    return {group: sum(some) / len(some) for group, some in sorted(groups.items())}


def _sizes_markdown(sizes: dict[str, dict[str, float]]) -> str:
    groups = sorted({group for found in sizes.values() for group in found})
    lines = [f"| policy | {' | '.join(groups)} |", "|---" * (len(groups) + 1) + "|"]
    lines += [
        f"| {name} | {' | '.join(f'{found[group]:.3f}' for group in groups)} |"
        for name, found in sizes.items()
    ]
    return "\n".join(lines)


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--policies", default=f"default,{','.join(RIVALS)}", help="names or files, P,P,...")
    parser.add_argument("--executive", default="default")
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--split", default="unseen_combinations")
    parser.add_argument("--programs", type=int, default=200)
    parser.add_argument("--programs-seed", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=3, help="of sampling and of policies that draw")
    parser.add_argument("--tokens", type=int, default=40_000, help="budget of one program")
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--sandbox", default=None)
    parser.add_argument("--work", type=Path, default=Path(".hrl/bench/hierarchical"))
    parser.add_argument("--json", type=Path)
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
