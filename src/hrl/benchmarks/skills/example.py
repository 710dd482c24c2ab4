"""What a skill's example is: a request, as the machine makes it, and the answer that a model should give."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from hrl.curriculum.problem import Case, Level, Problem, Split
from hrl.curriculum.tasks import asserts
from hrl.llm.requests import Debug, Generate, Request
from hrl.sandbox import Job
from hrl.types import Task, TestReport


@dataclass(frozen=True, slots=True)
class Example:
    """One request with its answer.

    Attributes:
        program: code of helpers that the answer calls.
        reference: a right program, where self-written tests are asked for.
        cases: calls that a program has to get right; empty for plans and tests.
        task: the whole task, where a plan is asked for.
        level: how hard the function's family is.
        repaired: the answer once a report tells what the goal leaves unsaid, "" where that is nothing.
    """

    skill: str
    request: Request
    answer: str
    entry_point: str
    program: str = ""
    cases: tuple[Case, ...] = ()
    reference: str = ""
    task: Task | None = None
    level: Level = "easy"
    repaired: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an example is for.

    Attributes:
        progress: of a training, 0..1: passages and programs grow with it.
        judged: with cases to judge replies by.
    """

    split: Split
    progress: float
    judged: bool


def job(example: Example, code: str) -> Job:
    """What the sandbox is asked about a reply's program."""
    program = f"{example.program}\n\n\n{code}" if example.program else code
    return Job(program, (asserts(example.entry_point, example.cases),), example.entry_point)


def indented(body: str) -> str:
    """The body as the model writes it."""
    return "".join(f"    {line}\n" for line in body.split("\n"))


def as_debug(example: Example, code: str, report: TestReport) -> Example:
    """The example that asks to repair a program which failed as the report says; its skill stays."""
    request = example.request
    assert isinstance(request, Generate | Debug)
    debug = Debug(
        request.task_id,
        request.subtask,
        request.goal,
        request.signature,
        code,
        report,
        helpers=request.helpers,
        passages=request.passages,
    )
    return replace(example, request=debug, answer=example.repaired or example.answer)


def judging(problem: Problem, wanted: Wanted, rng: random.Random, program: str = "") -> tuple[Case, ...]:
    """Cases to judge a reply by, where they are wanted; `program` holds helpers that the reference calls."""
    return problem.cases(rng, 6, program) if wanted.judged else ()
