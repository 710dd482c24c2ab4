"""Planning anew without a model: what a failed subtask depends on is in doubt.

A model that is asked again for a plan mostly gives the same one. Where a subtask fails although all that it
needs passes, either it lacks a function that its description mentions, or it was led astray by one that is
only mentioned beside the matter ("see also `g`"). So dependencies are changed within what the words allow,
one possibility after the other, and the goals with them; subtasks that did not change keep their programs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hrl.graphs.progress import Progress
from hrl.graphs.state import Words
from hrl.llm.requests import PlannedPart
from hrl.planner import plan_from_parts
from hrl.planner.descriptions import beside, described
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
    stated = described(progress.plan.subtasks, task)
    for needs in _revisions(progress):
        planned = []
        for entry in progress.plan.subtasks:
            wanted = needs.get(entry.name, entry.depends_on)
            goal = entry.goal if wanted == entry.depends_on else stated[entry.name].said(wanted)
            planned.append(PlannedPart(entry.name, goal, entry.signature, wanted))
        plan = plan_from_parts(task, planned)
        if isinstance(plan, Plan) and shape_of(plan) not in progress.plans:
            return plan
    return None


def words_of(plan: Plan, task: Task) -> dict[str, Words]:
    """What the description of each subtask says of the others."""
    stated = described(plan.subtasks, task)
    return {name: Words(mentions=list(part.mentions), beside=beside(part)) for name, part in stated.items()}


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
