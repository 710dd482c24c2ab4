"""The curriculum skill by skill: examples drawn from its splits.

The curriculum gives problems; this module turns them into the very requests that `hrl solve` renders, so
that measuring, training and use see the same prompts. Answers are as short as the compact style allows.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from hrl.benchmarks.skills.broken import broken_version
from hrl.benchmarks.skills.documented import draw_documented
from hrl.benchmarks.skills.example import Example, Wanted, as_debug, indented, judging
from hrl.curriculum.families import draw_function
from hrl.curriculum.layouts import described
from hrl.curriculum.mutations import mutate
from hrl.curriculum.problem import Case, Problem, Split, varied, with_body
from hrl.curriculum.projects import Project, draw_project
from hrl.curriculum.rules import draw_rule
from hrl.curriculum.statements import framed
from hrl.llm.prompts.compact.statement import label, parts
from hrl.llm.requests import Debug, Generate, Helper, Integrate, MakePlan, WriteTests
from hrl.types import Passage, Task

WEIGHTS: dict[str, float] = {
    "generate": 0.32,
    "debug": 0.28,
    "plan": 0.18,
    "main": 0.10,
    "document": 0.16,
    "tests": 0.04,
}
# Of the planted bugs that training shows: nothing but a convention that the goal leaves unsaid.
UNSAID_TAUGHT = 0.4


def draw_example(
    skill: str, split: Split, rng: random.Random, *, progress: float = 1.0, judged: bool | None = None
) -> Example:
    """An example of one skill; see `Wanted`. Without `judged`, all splits but `train` have cases."""
    return _DRAWERS[skill](Wanted(split, progress, split != "train" if judged is None else judged), rng)


def _generate(wanted: Wanted, rng: random.Random) -> Example:
    while True:
        problem = draw_function(wanted.split, rng)
        cases = judging(problem, wanted, rng)
        if not wanted.judged or varied(cases):
            break
    request = Generate(
        "curriculum",
        problem.name,
        framed(problem.goal, problem, rng),
        problem.signature,
        starter=_starter(problem, rng) if rng.random() < 0.08 else "",
        passages=_noise(rng) if rng.random() < 0.05 else (),
    )
    answer = indented(problem.said)
    repaired = indented(problem.body) if problem.plain else ""
    return Example(
        "generate", request, answer, problem.name, "", cases, level=problem.level, repaired=repaired
    )


def _starter(problem: Problem, rng: random.Random) -> str:
    """A start that is unfinished or wrong: the first lines, or a mutant."""
    lines = problem.said.split("\n")
    if len(lines) > 1 and not lines[1].startswith(" ") and rng.random() < 0.5:
        return with_body(problem.bare_signature, lines[0])
    return with_body(problem.bare_signature, mutate(problem.said, rng))


def _noise(rng: random.Random) -> tuple[Passage, ...]:
    """A passage that has nothing to do with the task."""
    rule = draw_rule("train", rng, others=0)
    return (Passage("handbook.md", *rule.passage),)


def _debug(wanted: Wanted, rng: random.Random) -> Example:
    unsaid = 0.0 if wanted.judged else UNSAID_TAUGHT
    while True:
        problem = draw_function(wanted.split, rng, unsaid=unsaid)
        cases = problem.cases(rng, 6)
        broken = broken_version(problem, cases, rng)
        if broken:
            break
    goal = framed(problem.goal, problem, rng)
    request = Debug("curriculum", problem.name, goal, problem.signature, *broken)
    answer = indented(problem.body)
    return Example("debug", request, answer, problem.name, "", cases, level=problem.level)


def _main(wanted: Wanted, rng: random.Random) -> Example:
    project = _project(wanted, rng)
    nested = [part for part in project.parts if project.needs[part.name]]
    problem = rng.choice(nested) if nested and rng.random() < 0.5 else project.main
    program = project.program(problem.name)
    cases = judging(problem, wanted, rng, program)
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
    request = Generate("curriculum", problem.name, goal, problem.signature, helpers=shown)
    example = Example("main", request, indented(problem.body), problem.name, program, cases)
    return as_debug(example, *broken) if broken else example


def _integrate(project: Project, problem: Problem, cases: tuple[Case, ...], rng: random.Random) -> Example:
    parts = tuple((part.name, part.code) for part in project.parts)
    request = Integrate(
        "curriculum", described(project, rng), problem.name, problem.signature, parts, "main is missing"
    )
    return Example("main", request, indented(problem.body), problem.name, "", cases)


def _plan(wanted: Wanted, rng: random.Random) -> Example:
    return _planned(_project(wanted, rng), rng)


def _project(wanted: Wanted, rng: random.Random) -> Project:
    return draw_project(wanted.split, rng, most_parts=1 + round(4 * wanted.progress))


def plan_example(split: Split, rng: random.Random, subtasks: int) -> Example:
    """A program of so many subtasks to plan."""
    return _planned(draw_project(split, rng, subtasks=subtasks), rng)


def _planned(project: Project, rng: random.Random) -> Example:
    statement, main = described(project, rng), project.main
    request = MakePlan("curriculum", "Project", statement, main.name, None)
    task = Task("curriculum", "Project", statement, main.name, main.signature)
    return Example("plan", request, plan_answer(statement, project), main.name, task=task)


def plan_answer(statement: str, project: Project) -> str:
    """What each part that mentions others calls, in the statement's own order."""
    lines = []
    for part in parts(statement):
        if part.mentions:
            called = project.needs[part.name]
            needs = [label(number) for name, number in part.mentions.items() if name in called]
            lines.append(f"{label(part.number)}: {', '.join(needs)}".rstrip())
    return "\n".join(lines) + "\n"


def _tests(wanted: Wanted, rng: random.Random) -> Example:
    while True:
        problem = draw_function(wanted.split, rng)
        pairs = [_pair(case) for case in problem.cases(rng, 5)]
        short = [pair for pair in pairs if len(pair) <= 36][:2]
        if short:
            break
    request = WriteTests("curriculum", problem.name, framed(problem.goal, problem, rng), problem.signature)
    return Example("tests", request, "\n".join(short) + "\n", problem.name, reference=problem.code)


def _pair(case: Case) -> str:
    return f"{case.written} -> {case.expected!r}"


_DRAWERS: dict[str, Callable[[Wanted, random.Random], Example]] = {
    "generate": _generate,
    "debug": _debug,
    "plan": _plan,
    "main": _main,
    "document": draw_documented,
    "tests": _tests,
}
