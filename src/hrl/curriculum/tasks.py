"""Whole tasks for `hrl solve`: tests computed from the reference, documents, task files in Markdown."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from hrl.curriculum.families import draw_function
from hrl.curriculum.layouts import described
from hrl.curriculum.problem import Case, Problem, Split, varied, with_body
from hrl.curriculum.projects import draw_project
from hrl.curriculum.statements import framed
from hrl.curriculum.worlds import draw_world
from hrl.types import Document, Task, TestCode

KINDS = ("function", "doctest", "project", "document", "starter")


@dataclass(frozen=True, slots=True)
class Sample:
    """A task with the reference program that its tests were computed from."""

    task: Task
    reference: str


def sample(split: Split, rng: random.Random, kind: str = "") -> Sample:
    """A task of one kind (see `KINDS`), or of a random one."""
    kind = kind or rng.choice(KINDS)
    if kind == "project":
        return _project(split, rng)
    if kind == "document":
        return _document(split, rng)
    return _function(split, rng, kind)


def sample_task(split: Split, rng: random.Random, kind: str = "") -> Task:
    """The task alone."""
    return sample(split, rng, kind).task


def to_markdown(task: Task) -> str:
    """The task as a task file; its documents are named, and written by the caller beside it."""
    front = [f"entry_point: {task.entry_point}"] if task.entry_point else []
    front += [f'signature: "{task.signature}"'] if task.signature else []
    front += (
        ["documents:", *(f"  - {document.name}" for document in task.documents)] if task.documents else []
    )
    head = ["---", *front, "---", ""] if front else []
    blocks = [f"# {task.title}", "", task.statement]
    if task.starter_code:
        blocks += ["", "```python starter", task.starter_code.strip("\n"), "```"]
    for label, tests in (("python tests", task.visible_tests), ("python hidden", task.hidden_tests)):
        for test in tests:
            info = "pycon" if test.kind == "doctest" else label
            blocks += ["", f"```{info}", test.source.strip("\n"), "```"]
    return "\n".join([*head, *blocks]) + "\n"


def asserts(name: str, cases: Iterable[Case]) -> TestCode:
    """One assert a case."""
    return TestCode("\n".join(as_assert(name, case) for case in cases) + "\n")


def as_assert(name: str, case: Case) -> str:
    """One test line."""
    return f"assert {name}({case.written}) == {case.expected!r}"


def _doctests(name: str, cases: Iterable[Case]) -> TestCode:
    lines = [f">>> {name}({case.written})\n{case.expected!r}" for case in cases]
    return TestCode("\n".join(lines) + "\n", "doctest")


def _function(split: Split, rng: random.Random, kind: str) -> Sample:
    while True:
        problem = draw_function(split, rng)
        cases = problem.cases(rng, 9)
        first = problem.body.split("\n")[0]
        starts = kind != "starter" or (first != problem.body and not first.endswith(":"))
        shown = kind != "doctest" or all(case.expected is not None for case in cases[:3])
        if len(cases) >= 5 and varied(cases) and starts and shown:
            break
    starter = with_body(problem.bare_signature, first + "\npass")
    visible = _doctests(problem.name, cases[:3]) if kind == "doctest" else asserts(problem.name, cases[:3])
    task = _task(
        problem,
        framed(problem.goal, problem, rng),
        (visible,),
        (asserts(problem.name, problem.graded(cases, 3)),),
        rng,
        starter=starter if kind == "starter" else "",
    )
    return Sample(task, problem.code)


def _project(split: Split, rng: random.Random) -> Sample:
    cases: dict[str, tuple[Case, ...]] = {}
    while not cases:
        project = draw_project(split, rng)
        cases = project.all_cases(rng, 8)
    visible = tuple(asserts(function.name, cases[function.name][:2]) for function in project.functions)
    hidden = (asserts(project.main.name, cases[project.main.name][2:]),)
    task = _task(project.main, described(project, rng), visible, hidden, rng)
    return Sample(task, project.reference)


def _document(split: Split, rng: random.Random) -> Sample:
    while True:
        world = draw_world(split, rng)
        problem = world.problem
        cases = problem.cases(rng, 8)
        if len(cases) >= 4 and varied(cases):
            break
    task = _task(
        problem,
        framed(problem.goal, problem, rng),
        (asserts(problem.name, cases[:2]),),
        (asserts(problem.name, cases[2:]),),
        rng,
        documents=world.documents,
    )
    return Sample(task, problem.code)


def _task(
    problem: Problem,
    statement: str,
    visible: tuple[TestCode, ...],
    hidden: tuple[TestCode, ...],
    rng: random.Random,
    *,
    starter: str = "",
    documents: tuple[Document, ...] = (),
) -> Task:
    title = problem.name.replace("_", " ").capitalize()
    signature = rng.choices((problem.signature, problem.bare_signature, problem.half_signature), (2, 1, 1))[0]
    digest = sha256("\0".join((statement, signature, *(t.source for t in hidden))).encode()).hexdigest()
    return Task(
        f"{problem.family}-{digest[:8]}",
        title,
        statement,
        problem.name,
        signature,
        starter,
        visible,
        hidden,
        documents,
    )
