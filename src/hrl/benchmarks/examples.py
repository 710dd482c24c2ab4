"""The curriculum skill by skill: a request, as the machine makes it, and the answer that a model should give.

The curriculum gives problems; this module turns them into the very requests that `hrl solve` renders, so
that measuring, training and use see the same prompts. Answers are as short as the compact style allows.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from hrl.curriculum.execution import call
from hrl.curriculum.families import draw_function
from hrl.curriculum.mutations import mutate
from hrl.curriculum.problem import Case, Problem, Split, with_body
from hrl.curriculum.projects import Project, draw_project
from hrl.curriculum.rules import RuleProblem, draw_rule
from hrl.curriculum.statements import described, framed
from hrl.llm.prompts.compact.statement import parts
from hrl.llm.requests import Debug, Generate, Helper, Integrate, MakePlan, Request, WriteTests
from hrl.types import Passage, TestOutcome, TestReport

WEIGHTS: dict[str, float] = {
    "generate": 0.34,
    "debug": 0.18,
    "plan": 0.15,
    "main": 0.12,
    "document": 0.17,
    "tests": 0.04,
}


@dataclass(frozen=True, slots=True)
class Example:
    """One request with its answer.

    Attributes:
        program: code of helpers that the answer calls.
        reference: a right program, where self-written tests are asked for.
        cases: calls that a program has to get right; empty for plans and tests.
    """

    skill: str
    request: Request
    answer: str
    entry_point: str
    program: str = ""
    cases: tuple[Case, ...] = ()
    reference: str = ""


def draw_example(skill: str, split: Split, rng: random.Random, *, progress: float = 1.0) -> Example:
    """An example of one skill; `progress` (0..1) lets passages and plans grow during training."""
    return _DRAWERS[skill](split, rng, progress)


def indented(body: str) -> str:
    """The body as the model writes it."""
    return "".join(f"    {line}\n" for line in body.split("\n"))


def as_test(name: str, case: Case) -> str:
    """One assert."""
    return f"assert {name}({', '.join(map(repr, case.arguments))}) == {case.expected!r}"


def _cases(problem: Problem, split: Split, rng: random.Random, program: str = "") -> tuple[Case, ...]:
    """Cases to judge a reply by; training needs none."""
    return () if split == "train" else problem.cases(rng, 6, program)


def _generate(split: Split, rng: random.Random, progress: float) -> Example:
    del progress
    problem = draw_function(split, rng)
    cases = _cases(problem, split, rng)
    request = Generate(
        "curriculum",
        problem.name,
        framed(problem.goal, problem, rng),
        problem.signature,
        starter=_starter(problem, rng) if rng.random() < 0.08 else "",
        passages=_noise(rng) if rng.random() < 0.05 else (),
    )
    return Example("generate", request, indented(problem.body), problem.name, "", cases)


def _starter(problem: Problem, rng: random.Random) -> str:
    """A start that is unfinished or wrong: the first lines, or a mutant."""
    lines = problem.body.split("\n")
    if len(lines) > 1 and not lines[1].startswith(" ") and rng.random() < 0.5:
        return with_body(problem.bare_signature, lines[0])
    return with_body(problem.bare_signature, mutate(problem.body, rng))


def _noise(rng: random.Random) -> tuple[Passage, ...]:
    rule = draw_rule(rng, others=0)
    return (Passage("handbook.md", *rule.passage),)


def _debug(split: Split, rng: random.Random, progress: float) -> Example:
    del progress
    while True:
        problem = draw_function(split, rng)
        cases = problem.cases(rng, 6)
        broken = broken_version(problem, cases, rng)
        if broken:
            break
    code, report = broken
    goal = framed(problem.goal, problem, rng)
    request = Debug("curriculum", problem.name, goal, problem.signature, code, report)
    return Example("debug", request, indented(problem.body), problem.name, "", cases)


def broken_version(
    problem: Problem, cases: tuple[Case, ...], rng: random.Random, program: str = ""
) -> tuple[str, TestReport] | None:
    """A mutant that fails a case, with its report; None when no mutant was found."""
    for _ in range(6):
        body = mutate(problem.body, rng)
        if rng.random() < 0.25:
            body = mutate(body, rng)
        code = with_body(problem.bare_signature, body)
        if body == problem.body:
            continue
        for case in rng.sample(cases, len(cases)):
            outcome = _failing(f"{program}\n\n{code}", problem.name, case)
            if outcome:
                return code, TestReport("fail", (outcome,), outcome.error_class, outcome.message)
    return None


def _failing(source: str, name: str, case: Case) -> TestOutcome | None:
    outcome = call(source, name, case.arguments, bounded=True)
    line = as_test(name, case)
    if outcome.error_class:
        status = "timeout" if outcome.error_class == "TimeoutError" else "error"
        return TestOutcome(line, status, outcome.error_class, outcome.message)  # type: ignore[arg-type]
    if outcome.value == case.expected and type(outcome.value) is type(case.expected):
        return None
    return TestOutcome(line, "fail", "AssertionError", "", repr(case.expected), repr(outcome.value)[:60])


def _main(split: Split, rng: random.Random, progress: float) -> Example:
    project = draw_project(split, rng, most_parts=2 + round(2 * progress))
    nested = [part for part in project.parts if project.needs[part.name]]
    problem = rng.choice(nested) if nested and rng.random() < 0.5 else project.main
    program = project.program(problem.name)
    cases = _cases(problem, split, rng, program)
    needs = project.needs[problem.name]
    helpers = [part for part in project.parts if part.name in needs]
    extra = [part for part in project.parts if part.name not in needs and part is not problem]
    if extra and rng.random() < 0.2:
        helpers.append(extra[0])
    if problem is project.main and rng.random() < 0.35:
        return _integrate(project, problem, cases, rng)
    rng.shuffle(helpers)
    shown = tuple(Helper(part.name, part.signature, part.goal) for part in helpers)
    goal = framed(problem.goal, problem, rng)
    broken = (
        broken_version(problem, problem.cases(rng, 4, program), rng, program) if rng.random() < 0.15 else None
    )
    if broken:
        debug = Debug("curriculum", problem.name, goal, problem.signature, *broken, helpers=shown)
        return Example("main", debug, indented(problem.body), problem.name, program, cases)
    request = Generate("curriculum", problem.name, goal, problem.signature, helpers=shown)
    return Example("main", request, indented(problem.body), problem.name, program, cases)


def _integrate(project: Project, problem: Problem, cases: tuple[Case, ...], rng: random.Random) -> Example:
    parts = tuple((part.name, part.code) for part in project.parts)
    request = Integrate(
        "curriculum", described(project, rng), problem.name, problem.signature, parts, "main is missing"
    )
    return Example("main", request, indented(problem.body), problem.name, "", cases)


def _plan(split: Split, rng: random.Random, progress: float) -> Example:
    project = draw_project(split, rng, most_parts=2 + round(2 * progress))
    statement = described(project, rng)
    request = MakePlan("curriculum", "Project", statement, project.main.name, None)
    return Example("plan", request, plan_answer(statement, project), project.main.name)


def plan_answer(statement: str, project: Project) -> str:
    """The pointers, in the statement's own order."""
    lines = []
    for part in parts(statement):
        if part.name not in project.needs:
            continue
        needs = [f"f{number}" for name, number in part.mentions.items() if name in project.needs[part.name]]
        lines.append(f"f{part.number}" + (f" <- {', '.join(needs)}" if needs else ""))
    return "\n".join(lines) + "\n"


def _document(split: Split, rng: random.Random, progress: float) -> Example:
    most = 0 if progress < 0.15 else 1 if progress < 0.4 else 3
    rule = draw_rule(rng, unseen=split == "unseen_parameters", others=rng.randint(0, most))
    problem = rule.problem
    cases = _cases(problem, split, rng)
    passages = [Passage("handbook.md", *text) for text in (rule.passage, *rule.others)]
    rng.shuffle(passages)
    goal = framed(problem.goal, problem, rng)
    broken = broken_version(problem, problem.cases(rng, 4), rng) if rng.random() < 0.25 else None
    if broken:
        debug = Debug("curriculum", problem.name, goal, problem.signature, *broken, passages=tuple(passages))
        return Example("document", debug, indented(problem.body), problem.name, "", cases)
    request = Generate("curriculum", problem.name, goal, problem.signature, passages=tuple(passages))
    return Example("document", request, indented(problem.body), problem.name, "", cases)


def _tests(split: Split, rng: random.Random, progress: float) -> Example:
    del progress
    while True:
        problem = draw_function(split, rng)
        pairs = [_pair(case) for case in problem.cases(rng, 5)]
        short = [pair for pair in pairs if len(pair) <= 36][:2]
        if short:
            break
    request = WriteTests("curriculum", problem.name, framed(problem.goal, problem, rng), problem.signature)
    return Example("tests", request, "\n".join(short) + "\n", problem.name, reference=problem.code)


def _pair(case: Case) -> str:
    return f"{', '.join(map(repr, case.arguments))} -> {case.expected!r}"


_DRAWERS: dict[str, Callable[[Split, random.Random, float], Example]] = {
    "generate": _generate,
    "debug": _debug,
    "plan": _plan,
    "main": _main,
    "document": _document,
    "tests": _tests,
}
__all__ = ["WEIGHTS", "Example", "RuleProblem", "draw_example"]
