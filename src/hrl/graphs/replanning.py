"""Planning anew without a model: what a failed subtask depends on is in doubt.

A model that is asked again for a plan mostly gives the same one. Where a subtask fails although all that it
needs passes, either it lacks a function that its description mentions, or it was led astray by one that is
only mentioned beside the matter ("see also `g`"). So dependencies are changed within what the words allow,
one possibility after the other, and the goals with them; subtasks that did not change keep their programs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from hrl.graphs.progress import Progress
from hrl.graphs.state import Words
from hrl.llm.prompts.compact.statement import Part, parts
from hrl.llm.requests import PlannedPart
from hrl.planner import plan_from_parts
from hrl.types import Plan, Subtask, Task

REVISED = "revised"  # the source of such a plan
Needs = Mapping[str, tuple[str, ...]]


def revise(progress: Progress, task: Task) -> Plan | None:
    """The next plan with other dependencies that this run has not had; None where nothing is in doubt.

    Args:
        progress: its plan, and how its subtasks ended.
        task: describes the functions, and completes and checks the plan like a model's.
    """
    if progress.plan is None:
        return None
    described = _described(progress.plan, task)
    for needs in _revisions(progress):
        planned = []
        for entry in progress.plan.subtasks:
            wanted = needs.get(entry.name, entry.depends_on)
            goal = entry.goal if wanted == entry.depends_on else described[entry.name].said(wanted)
            planned.append(PlannedPart(entry.name, goal, entry.signature, wanted))
        plan = plan_from_parts(task, planned)
        if isinstance(plan, Plan) and shape_of(plan) not in progress.plans:
            return plan
    return None


def words_of(plan: Plan, task: Task) -> dict[str, Words]:
    """What the description of each subtask says of the others."""
    found: dict[str, Words] = {}
    for name, part in _described(plan, task).items():
        mentions = list(part.mentions)
        beside = [other for other in mentions if part.said({*mentions} - {other}) != part.goal]
        found[name] = Words(mentions=mentions, beside=beside)
    return found


def shape_of(plan: Plan) -> str:
    """Which subtask depends on which, as one text: plans of one shape differ in words alone."""
    return "; ".join(f"{entry.name}: {' '.join(sorted(entry.depends_on))}" for entry in plan.in_order())


def doubtful(progress: Progress) -> list[Subtask]:
    """Subtasks that fail although all that they need passes."""
    plan = progress.plan
    if plan is None:
        return []
    failing = set(progress.failing)
    return [
        entry
        for entry in plan.in_order()
        if entry.name in failing and not failing & {need.name for need in plan.ancestors(entry.name)}
    ]


def lacking(subtask: Subtask, progress: Progress) -> tuple[str, ...]:
    """Functions that a subtask's description mentions and that it does not depend on."""
    said = progress.words.get(subtask.name)
    return tuple(name for name in said["mentions"] if name not in subtask.depends_on) if said else ()


def needless(subtask: Subtask, progress: Progress) -> tuple[str, ...]:
    """Functions that a subtask depends on and that its description only mentions beside the matter."""
    said = progress.words.get(subtask.name)
    return tuple(name for name in said["beside"] if name in subtask.depends_on) if said else ()


def _revisions(progress: Progress) -> Iterator[Needs]:
    """For all doubtful subtasks together the first possibility of each, then the second, and so on."""
    ways = {entry.name: _ways(entry, progress) for entry in doubtful(progress)}
    for place in range(max(map(len, ways.values()), default=0)):
        yield {name: some[min(place, len(some) - 1)] for name, some in ways.items() if some}


def _ways(subtask: Subtask, progress: Progress) -> list[tuple[str, ...]]:
    """Other dependencies of a subtask: what it lacks as well, without what is beside the matter, or both."""
    more, less = lacking(subtask, progress), needless(subtask, progress)
    kept = tuple(name for name in subtask.depends_on if name not in less)
    found = [(*subtask.depends_on, *more), kept, (*kept, *more)]
    return [needs for needs in dict.fromkeys(found) if needs != subtask.depends_on]


def _described(plan: Plan, task: Task) -> dict[str, Part]:
    """How the statement describes each function, or the plan, where its goal names more of the others."""
    names = [entry.name for entry in plan.subtasks]
    stated = {part.name: part for part in parts(task.statement)}
    found = {}
    for entry in plan.subtasks:
        others = {name: 0 for name in names if name != entry.name and _mentions(entry.goal, name)}
        own = Part(0, entry.goal, entry.name, entry.signature, others)
        said = stated.get(entry.name, own)
        said = replace(said, mentions={name: i for name, i in said.mentions.items() if name in names})
        found[entry.name] = said if len(said.mentions) >= len(others) else own
    return found


def _mentions(text: str, name: str) -> bool:
    """Whether a text names a function in back quotes."""
    return re.search(rf"`[^`\n]*\b{re.escape(name)}\b[^`\n]*`", text) is not None
