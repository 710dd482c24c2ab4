"""Planning anew without a model: what a failed subtask depends on is in doubt.

A model that is asked again for a plan mostly gives the same one. Where a subtask fails although all that it
needs passes, either it lacks a function that its goal mentions, or it was led astray by one that it need not
call. So its dependencies are changed within what the words allow, one possibility after the other; subtasks
that did not change keep their programs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hrl.graphs.progress import Progress
from hrl.llm.requests import PlannedPart
from hrl.planner import plan_from_parts
from hrl.types import Plan, Subtask, Task

REVISED = "revised"  # the source of such a plan
Needs = dict[str, tuple[str, ...]]


def revise(progress: Progress, task: Task) -> Plan | None:
    """The next plan with other dependencies that this run has not had; None where nothing is in doubt.

    Args:
        progress: its plan and how its subtasks ended.
        task: completes and checks the plan like a model's.
    """
    if progress.plan is None:
        return None
    for needs in _revisions(progress):
        parts = [
            PlannedPart(entry.name, entry.goal, entry.signature, needs.get(entry.name, entry.depends_on))
            for entry in progress.plan.subtasks
        ]
        plan = plan_from_parts(task, parts)
        if isinstance(plan, Plan) and shape_of(plan) not in progress.plans:
            return plan
    return None


def shape_of(plan: Plan) -> str:
    """Which subtask depends on which, as one text: plans of one shape differ in words alone."""
    return "; ".join(f"{entry.name}: {' '.join(sorted(entry.depends_on))}" for entry in plan.in_order())


def doubtful(progress: Progress) -> list[Subtask]:
    """Subtasks that fail although all that they need passes."""
    plan = progress.plan
    if plan is None:
        return []
    failing = {name for name, found in progress.results.items() if found.outcome != "passed"}
    return [
        entry
        for entry in plan.in_order()
        if entry.name in failing and not failing & {need.name for need in plan.ancestors(entry.name)}
    ]


def lacking(subtask: Subtask, plan: Plan) -> list[str]:
    """Functions of the plan that a subtask's goal mentions as code and that it does not depend on."""
    others = [entry.name for entry in plan.subtasks if entry.name != subtask.name]
    return [name for name in others if name not in subtask.depends_on and _mentions(subtask.goal, name)]


def _revisions(progress: Progress) -> Iterator[Needs]:
    """For all doubtful subtasks together the first possibility of each, then the second, and so on."""
    plan = progress.plan
    assert plan is not None, "only a plan is revised"
    ways = {entry.name: _ways(entry, plan) for entry in doubtful(progress)}
    for place in range(max(map(len, ways.values()), default=0)):
        yield {name: some[min(place, len(some) - 1)] for name, some in ways.items() if some}


def _ways(subtask: Subtask, plan: Plan) -> list[tuple[str, ...]]:
    """Other dependencies of a subtask: what it lacks as well, only that, or one less of those that it has."""
    more = tuple(lacking(subtask, plan))
    found = [(*subtask.depends_on, *more), more] if more else []
    found += [
        tuple(name for name in subtask.depends_on if name != dropped)
        for dropped in reversed(subtask.depends_on)
    ]
    return [needs for needs in dict.fromkeys(found) if needs != subtask.depends_on]


def _mentions(text: str, name: str) -> bool:
    """Whether a text names a function as code: in back quotes, or with its arguments."""
    word = re.escape(name)
    return re.search(rf"`(?:def\s+)?{word}\b|\b{word}\(", text) is not None
