"""Programs with a planted bug, and what is wrong with them."""

from __future__ import annotations

import random

from hrl.curriculum.execution import call
from hrl.curriculum.mutations import mutate
from hrl.curriculum.problem import Case, Problem, with_body
from hrl.curriculum.tasks import as_assert
from hrl.types import TestOutcome, TestReport


def broken_version(
    problem: Problem, cases: tuple[Case, ...], rng: random.Random, program: str = ""
) -> tuple[str, TestReport] | None:
    """A program that fails a case, with its report; None when none was found.

    It is a mutant; where the goal leaves something unsaid, mostly what the goal alone describes.
    """
    for _ in range(6):
        body = problem.said
        if not problem.plain or rng.random() < 0.2:
            body = mutate(body, rng)
            if rng.random() < 0.25:
                body = mutate(body, rng)
        code = with_body(problem.bare_signature, body)
        if body == problem.body:
            continue
        for case in cases if problem.plain else rng.sample(cases, len(cases)):
            outcome = _failing(f"{program}\n\n{code}", problem.name, case)
            if outcome:
                return code, TestReport("fail", (outcome,), outcome.error_class, outcome.message)
    return None


def _failing(source: str, name: str, case: Case) -> TestOutcome | None:
    outcome = call(source, name, case.arguments, bounded=True)
    line = as_assert(name, case)
    if outcome.error_class:
        status = "timeout" if outcome.error_class == "TimeoutError" else "error"
        return TestOutcome(line, status, outcome.error_class, outcome.message)  # type: ignore[arg-type]
    if outcome.value == case.expected and type(outcome.value) is type(case.expected):
        return None
    return TestOutcome(line, "fail", "AssertionError", "", repr(case.expected), repr(outcome.value)[:60])
