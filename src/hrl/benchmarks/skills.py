"""What a trained model can do, on splits that training never shows: pass@1 in the sandbox.

The model answers through the very path of `hrl solve` (backend, prompt style, parser), once a request.
Programs run in the sandbox against tests from the reference; plans have to be exact; self-written tests
count when the reference passes all of them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt

from hrl.benchmarks.examples import Example, as_test, draw_example
from hrl.curriculum.problem import Split
from hrl.llm.base import ChatModel
from hrl.llm.prompts import style
from hrl.llm.requests import Call, CodeReply, PlanReply, Reply, Sampling, TestsReply
from hrl.sandbox import Job, Sandbox
from hrl.types import TestCode

ROWS: tuple[tuple[str, Split], ...] = (
    ("generate", "validation"),
    ("generate", "unseen_parameters"),
    ("generate", "unseen_combinations"),
    ("debug", "validation"),
    ("debug", "unseen_combinations"),
    ("main", "validation"),
    ("main", "unseen_combinations"),
    ("document", "validation"),
    ("document", "unseen_parameters"),
    ("plan", "validation"),
    ("plan", "unseen_combinations"),
    ("tests", "validation"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: how many of the samples were right."""

    skill: str
    split: Split
    right: int
    samples: int

    @property
    def share(self) -> float:
        """Right answers of all, 0..1."""
        return self.right / self.samples if self.samples else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share."""
        if not self.samples:
            return 0.0, 1.0
        z, n, p = 1.96, self.samples, self.share
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    def summary(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "skill": self.skill,
            "split": self.split,
            "right": self.right,
            "samples": self.samples,
            "share": round(self.share, 4),
            "interval": [round(bound, 4) for bound in self.interval],
        }


def measure(
    model: ChatModel, sandbox: Sandbox, *, samples: int, seed: int, temperature: float = 0.2
) -> Iterator[Row]:
    """One row after the other; the same seed draws the same requests."""
    for skill, split in ROWS:
        rng = random.Random(f"{seed}:{skill}:{split}:measure")
        examples = [draw_example(skill, split, rng) for _ in range(samples)]
        sampling = Sampling(temperature=temperature, max_tokens=200, seed=seed)
        completions = model.complete([Call(example.request, sampling) for example in examples])
        right = sum(
            is_right(example, completion.reply, sandbox)
            for example, completion in zip(examples, completions, strict=True)
        )
        yield Row(skill, split, right, samples)


def is_right(example: Example, reply: Reply, sandbox: Sandbox) -> bool:
    """Whether a reply does what its example asks for."""
    if isinstance(reply, PlanReply):
        wanted = style("compact").parse(example.request, example.answer, "stop")
        return isinstance(wanted, PlanReply) and _graph(reply) == _graph(wanted)
    if isinstance(reply, TestsReply):
        report = sandbox.run(Job(example.reference, (TestCode(reply.source),), example.entry_point))
        return report.verdict == "pass"
    if not isinstance(reply, CodeReply) or not example.cases:
        return False
    tests = "\n".join(as_test(example.entry_point, case) for case in example.cases)
    program = f"{example.program}\n\n\n{reply.code}" if example.program else reply.code
    return sandbox.run(Job(program, (TestCode(tests),), example.entry_point)).verdict == "pass"


def _graph(plan: PlanReply) -> dict[tuple[str, str, str], frozenset[str]]:
    """Parts and what they need; the order of a plan's lines and of dependencies means nothing."""
    return {(part.name, part.signature, part.goal): frozenset(part.depends_on) for part in plan.parts}


def table(rows: list[Row]) -> str:
    """The rows in Markdown."""
    lines = ["| skill | split | right | share | 95 % interval |", "|---|---|---|---|---|"]
    for row in rows:
        low, high = row.interval
        split = row.split.replace("_", " ")
        lines.append(
            f"| {row.skill} | {split} | {row.right}/{row.samples} | {row.share:.0%} | {low:.0%}-{high:.0%} |"
        )
    return "\n".join(lines)
