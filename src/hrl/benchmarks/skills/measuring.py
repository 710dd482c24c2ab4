"""What a model can do of each skill, on splits that training never shows: first answers, in the sandbox.

The model answers through the very path of `hrl solve` (backend, prompt style, parser), once a request.
Programs run in the sandbox against tests from the reference; documents are found by the very search; a
plan counts when it is a valid graph that covers the program; self-written tests count when the reference
passes all of them. A row's figures are a function of model, seed and number of samples.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import get_args

from hrl.benchmarks.skills.documented import document_example
from hrl.benchmarks.skills.drawing import draw_example, plan_example
from hrl.benchmarks.skills.example import Example, as_debug, job
from hrl.curriculum.problem import Level, Split
from hrl.curriculum.projects import draw_project
from hrl.errors import SandboxUnavailable
from hrl.integrator.merge import merge
from hrl.llm.base import ChatModel
from hrl.llm.prompts import style
from hrl.llm.requests import Call, CodeReply, Integrate, PlanReply, Reply, Sampling, TestsReply
from hrl.planner import plan_problem
from hrl.planner.build import plan_from_parts
from hrl.sandbox import Job
from hrl.sandbox.pool import PooledSandbox
from hrl.types import Plan, Subtask, TestCode, TestReport

UNSEEN: tuple[Split, ...] = ("unseen_parameters", "unseen_combinations", "unseen_phrasings")
DOCUMENTED: tuple[Split, ...] = ("validation", "unseen_parameters", "unseen_documents")
SIZES = (2, 3, 4, 5, 6)
MAX_TOKENS = 320


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: how many of the samples were right.

    Attributes:
        skill: what was asked for.
        split: of the curriculum; `unseen`: the three unseen splits of functions together.
        part: which of them: a level, a number of subtasks; "" for all.
    """

    skill: str
    split: str
    right: int
    samples: int
    part: str = ""

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
            "part": self.part,
            "right": self.right,
            "samples": self.samples,
            "share": round(self.share, 4),
            "interval": [round(bound, 4) for bound in self.interval],
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply with its verdict; a program that fails comes with the sandbox's report."""

    example: Example
    reply: Reply
    right: bool
    report: TestReport | None = None


def measure(
    model: ChatModel, sandbox: PooledSandbox, *, samples: int, seed: int, temperature: float = 0.2
) -> Iterator[Row]:
    """One row after the other; the same seed draws the same requests."""
    asker = _Asker(model, sandbox, Sampling(temperature=temperature, max_tokens=MAX_TOKENS, seed=seed))

    def drawn(skill: str, split: Split) -> list[Example]:
        rng = random.Random(f"{seed}:{skill}:{split}:measure")
        return [draw_example(skill, split, rng) for _ in range(samples)]

    firsts: list[Answer] = []
    for split in ("validation", *UNSEEN, "unseen_families"):
        answers = asker(drawn("generate", split))
        yield _row("generate", split, answers)
        firsts += answers if split in UNSEEN else []
    for level in get_args(Level):
        yield _row("generate", "unseen", (one for one in firsts if one.example.level == level), level)
    yield _row("generate", "unseen", (one for one in firsts if not one.example.repaired), "all said")
    yield from _second_tries(asker, firsts)
    yield _row("planted bug", "unseen_combinations", asker(drawn("debug", "unseen_combinations")))
    for split in DOCUMENTED:
        rng = random.Random(f"{seed}:document:{split}:measure")
        pairs = [document_example(split, rng) for _ in range(samples)]
        yield _row("document, not searched", split, asker([bare for bare, _ in pairs]))
        yield _row("document, searched", split, asker([found for _, found in pairs]))
    for split in ("validation", "unseen_combinations", "unseen_phrasings"):
        yield _row("main function", split, asker(drawn("main", split)))
    planned: list[Answer] = []
    for size in SIZES:
        rng = random.Random(f"{seed}:plan:{size}:measure")
        planned += asker([plan_example("unseen_combinations", rng, size) for _ in range(samples)])
        yield _row("plan", "unseen_combinations", planned[-samples:], f"{size} subtasks")
    yield _row("plan", "unseen_combinations", planned)
    yield _row("integrate right parts", "unseen_combinations", _integrated(sandbox, samples, seed))
    yield _row("tests", "validation", asker(drawn("tests", "validation")))


def _second_tries(asker: _Asker, firsts: list[Answer]) -> Iterator[Row]:
    """What a debug makes of the model's own failures, and what a fresh sample makes of the same tasks."""
    failures = [
        (one.example, one.reply.code, one.report)
        for one in firsts
        if isinstance(one.reply, CodeReply) and one.report and not one.right
    ]
    debugged = asker([as_debug(*failure) for failure in failures])
    fresh = asker([example for example, _, _ in failures], sample=1)
    yield _row("debug own failure", "unseen", debugged)
    yield _row("fresh sample instead", "unseen", fresh)
    for unsaid, part in ((True, "something unsaid"), (False, "all said")):
        kept = (one for one in debugged if bool(one.example.repaired) == unsaid)
        yield _row("debug own failure", "unseen", kept, part)


class _Asker:
    """Asks, and has the replies judged."""

    def __init__(self, model: ChatModel, sandbox: PooledSandbox, sampling: Sampling) -> None:
        self._model, self._sandbox, self._sampling = model, sandbox, sampling

    def __call__(self, examples: Sequence[Example], *, sample: int = 0) -> list[Answer]:
        sampling = replace(self._sampling, sample=sample)
        completions = self._model.complete([Call(example.request, sampling) for example in examples])
        replies = [completion.reply for completion in completions]
        return judged(examples, replies, self._sandbox)


def judged(examples: Sequence[Example], replies: Sequence[Reply], sandbox: PooledSandbox) -> list[Answer]:
    """Whether each reply does what its example asks for."""
    pairs = list(zip(examples, replies, strict=True))
    jobs = {place: asked for place, pair in enumerate(pairs) if (asked := _job(*pair))}
    reports: dict[int, TestReport] = {}
    places = list(jobs)
    for number, report in sandbox.run_many(jobs.values()):
        if isinstance(report, SandboxUnavailable):
            raise report
        reports[places[number]] = report
    return [
        Answer(example, reply, _is_plan(example, reply), None)
        if place not in reports
        else Answer(example, reply, reports[place].verdict == "pass", reports[place])
        for place, (example, reply) in enumerate(pairs)
    ]


def _job(example: Example, reply: Reply) -> Job | None:
    if isinstance(reply, TestsReply) and example.reference:
        return Job(example.reference, (TestCode(reply.source),), example.entry_point)
    if isinstance(reply, CodeReply) and example.cases:
        return job(example, reply.code)
    return None


def _is_plan(example: Example, reply: Reply) -> bool:
    """Whether a plan is a valid graph with every function and every call of the program."""
    wanted = style("compact").parse(example.request, example.answer, "stop")
    if example.task is None or not (isinstance(reply, PlanReply) and isinstance(wanted, PlanReply)):
        return False
    needs = {part.name: part.depends_on for part in wanted.parts}
    return not plan_problem(plan_from_parts(example.task, reply.parts), needs)


def _integrated(sandbox: PooledSandbox, samples: int, seed: int) -> list[Answer]:
    """Programs of right parts, as the integrator joins them; no model is asked for that."""
    rng = random.Random(f"{seed}:integrate:measure")
    examples: list[Example] = []
    programs: list[CodeReply] = []
    while len(examples) < samples:
        project = draw_project("unseen_combinations", rng, subtasks=SIZES[len(examples) % len(SIZES)])
        cases = project.all_cases(rng, 6)
        if cases:
            subtasks = [
                Subtask(one.name, one.goal, one.signature, depends_on=project.needs[one.name])
                for one in project.functions
            ]
            parts = {one.name: one.code for one in project.functions}
            main = project.main.name
            programs.append(CodeReply(merge(Plan(tuple(subtasks)), parts, main).code))
            request = Integrate("curriculum", "", main, project.main.signature, tuple(parts.items()), "")
            examples.append(Example("integrate", request, "", main, cases=cases[main]))
    return judged(examples, programs, sandbox)


def _row(skill: str, split: str, answers: Iterable[Answer], part: str = "") -> Row:
    listed = list(answers)
    return Row(skill, split, sum(answer.right for answer in listed), len(listed), part)


def table(rows: list[Row]) -> str:
    """The rows in Markdown."""
    lines = ["| skill | split | right | share | 95 % interval |", "|---|---|---|---|---|"]
    for row in rows:
        low, high = row.interval
        split = " ".join([row.split.replace("_", " "), *([f"({row.part})"] if row.part else [])])
        lines.append(
            f"| {row.skill} | {split} | {row.right}/{row.samples} | {row.share:.0%} | {low:.0%}-{high:.0%} |"
        )
    return "\n".join(lines)
