"""Plans from what is known: one node for a plain task, or the parts that a model named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from hrl.llm.requests import PlannedPart
from hrl.planner.assignment import assign_tests, called_functions
from hrl.planner.descriptions import described, mended
from hrl.planner.signatures import called_signature, code_signatures, normal, stated_signatures
from hrl.planner.splitting import wanted_functions
from hrl.types import Plan, PlanRejected, Subtask, Task

MAX_PARTS = 12
_NO_NAME = "solve"
_ITEMS = re.compile(r"^\s*(?:\d+[.)]|[-*])\s+|\n\s*\n", re.MULTILINE)


def single_plan(task: Task) -> Plan:
    """A plan of one subtask: the whole task, with all visible tests."""
    name = entry_name(task)
    goal = task.statement.strip() or task.title
    return Plan((Subtask(name, goal, signature_of(task, name), task.visible_tests),))


def plan_from_parts(task: Task, parts: Sequence[PlannedPart]) -> Plan | PlanRejected:
    """Complete and check what a model proposed: signatures, the entry point, tests.

    Signatures come from the task where it states them, then from the model, then from the tests' calls.
    """
    if len(parts) > MAX_PARTS:
        return PlanRejected(f"the plan has {len(parts)} parts, more than {MAX_PARTS}")
    subtasks = [
        Subtask(
            part.name,
            part.goal.strip(),
            _signature(task, part),
            depends_on=tuple(dict.fromkeys(part.depends_on)),
        )
        for part in parts
    ]
    plan = Plan.of(subtasks)
    if isinstance(plan, PlanRejected):
        return plan
    missing = _missing(task, plan)
    if missing:
        return PlanRejected(f"the plan leaves out {missing}, which the task asks for")
    plan = Plan.of(_joined(task, plan))
    return plan if isinstance(plan, PlanRejected) else _tested(task, plan)


def stated_plan(task: Task) -> Plan:
    """A plan without a model: a part for each function that the task names, the entry point last.

    Each needs what its description mentions, and the entry point everything where its description is silent.
    One node where that makes no plan.
    """
    entry = entry_name(task)
    names = [name for name in wanted_functions(task) if name != entry]
    if not names:
        return single_plan(task)
    parts = [PlannedPart(name, _goal(task, name), "") for name in (*names, entry)]
    said = described(parts, task)
    parts = [
        replace(part, goal=said[part.name].goal, depends_on=tuple(said[part.name].mentions)) for part in parts
    ]
    if not parts[-1].depends_on:
        parts[-1] = replace(parts[-1], depends_on=tuple(names))
    plan = plan_from_parts(task, mended(parts, task, entry))
    return single_plan(task) if isinstance(plan, PlanRejected) else plan


def _goal(task: Task, name: str) -> str:
    """The first item or paragraph of the statement that names a function in back quotes; else all of it."""
    named = re.compile(rf"`(?:def\s+)?{re.escape(name)}\b")
    items = (item.strip() for item in _ITEMS.split(task.statement))
    return next((item for item in items if named.search(item)), task.statement.strip() or task.title)


def entry_name(task: Task) -> str:
    """The task's entry point, or the best guess where it names none."""
    if task.entry_point:
        return task.entry_point
    wanted = called_functions(task.visible_tests) or wanted_functions(task)
    return wanted[-1] if wanted else _NO_NAME


def signature_of(task: Task, name: str) -> str:
    """What the task says of a function's signature, else what its tests imply."""
    if task.signature and name == entry_name(task):
        found = normal(task.signature, name)
        if found:
            return found
    stated = stated_signatures(task.statement) | code_signatures(task.starter_code)
    return stated.get(name) or called_signature(name, task.visible_tests)


def _signature(task: Task, part: PlannedPart) -> str:
    known = signature_of(task, part.name)
    return known if "*args" not in known else normal(part.signature, part.name) or known


def _missing(task: Task, plan: Plan) -> str:
    """A function that the tests call and nobody would write; the entry point is added where it is missing."""
    present = {subtask.name for subtask in plan.subtasks} | set(code_signatures(task.starter_code))
    called = [name for name in called_functions(task.visible_tests) if name != entry_name(task)]
    return next((name for name in called if name not in present), "")


def _joined(task: Task, plan: Plan) -> list[Subtask]:
    """The entry point is there; a part that nothing uses and no test calls is one of its dependencies."""
    entry = entry_name(task)
    used = {name for subtask in plan.subtasks for name in subtask.depends_on}
    tested = set(called_functions(task.visible_tests))
    loose = [subtask.name for subtask in plan.subtasks if subtask.name not in used and subtask.name != entry]
    if entry not in {subtask.name for subtask in plan.subtasks}:
        goal = task.statement.strip() or task.title
        added = Subtask(entry, goal, signature_of(task, entry), depends_on=tuple(loose))
        return [*plan.subtasks, added]
    loose = [name for name in loose if name not in tested and entry not in _needs(plan, name)]
    return [
        replace(subtask, depends_on=(*subtask.depends_on, *loose)) if subtask.name == entry else subtask
        for subtask in plan.subtasks
    ]


def _needs(plan: Plan, name: str) -> set[str]:
    return {subtask.name for subtask in plan.ancestors(name)}


def _tested(task: Task, plan: Plan) -> Plan:
    tests = assign_tests(task.visible_tests, plan, entry_name(task))
    return Plan(tuple(replace(subtask, tests=tests[subtask.name]) for subtask in plan.subtasks))
