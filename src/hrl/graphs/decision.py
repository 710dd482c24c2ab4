"""The Hierarchical decision process: options, which of them are legal, and what its policy sees.

An SMDP over options (Sutton, Precup and Singh, 1999): `execute` and `evaluate` run whole Executive
episodes. `execute` before there is a plan tries the whole task in one piece. `integrate`, `execute` and
`plan` come back as corrective cycles after a failed evaluation, and as soon as a part has failed: to
evaluate what cannot pass costs a loop of repairs. The mask bounds them, so that every run ends whatever the
policy and the budget.
"""

from __future__ import annotations

from math import log2

import numpy as np

from hrl.graphs.progress import Progress
from hrl.graphs.replanning import REVISED, doubtful, lacking, needless
from hrl.policies.base import ActionMask, DecisionSpec, Feature, Observation

VERSION = 3
OPTIONS = ("plan", "execute", "integrate", "evaluate", "stop")
MAX_TIMES = 5
WHOLE = "whole"  # the source of a plan that is the task in one piece, although it names several functions
_MOST_PARTS = 12
_MOST_JOINED = 6  # as a power of two


def _flag(name: str, meaning: str) -> Feature:
    return Feature(name, 0.0, 1.0, meaning)


HIERARCHICAL = DecisionSpec(
    name="hierarchical",
    version=VERSION,
    actions=OPTIONS,
    features=(
        *(_flag(f"{option}_count", f"times {option} was chosen / 5") for option in OPTIONS[:-1]),
        _flag("has_plan", "there is a valid plan"),
        _flag("has_candidates", "every subtask of the plan had its episode"),
        _flag("has_program", "there is a merged program"),
        _flag("program_model", "a model put the merged program together"),
        _flag("evaluated", "the merged program was evaluated"),
        _flag("evaluation_passed", "the evaluated program passed"),
        _flag("failed_subtasks", "share of subtasks that do not pass; where only the whole fails, the last"),
        _flag("budget_left", "smallest remaining share of any budget"),
        _flag("splits", "the task names several functions"),
        _flag("plan_whole", "the plan is such a task in one piece"),
        _flag("plan_model", "the plan is a model's"),
        _flag("plan_revised", "the plan is a revision of a model's"),
        _flag("plan_refused", "the last plan could not be used"),
        _flag("subtasks", "subtasks of the plan / 12"),
        _flag("needed_failed", "a subtask that others need does not pass"),
        _flag("last_failed", "a subtask that no other one needs does not pass"),
        _flag("lacking", "a subtask fails, all it needs passes, and it is said to use more than that"),
        _flag("needless", "a subtask fails, all it needs passes, and some of that seems beside the matter"),
        _flag("redone", "times failed subtasks were executed again under this plan / 5"),
        _flag("fresh_programs", "programs that the last execute added / subtasks"),
        _flag("joinable", "programs that known parts make and no search has looked at, log2 / 6"),
        _flag("tests_passed", "share of tests that the evaluated program passes"),
        _flag("best_passed", "share of tests that the best program so far passes"),
    ),
)


def unfinished(progress: Progress) -> list[str]:
    """Subtasks that had no episode under the present plan."""
    if progress.plan is None:
        return []
    return [subtask.name for subtask in progress.plan.subtasks if subtask.name not in progress.results]


def failed(progress: Progress) -> list[str]:
    """Subtasks whose last episode did not pass; where all did and the whole did not, the last of the plan."""
    if progress.plan is None:
        return []
    last = [subtask.name for subtask in progress.plan.in_order()][-1:]
    return progress.failing or (last if progress.failed_evaluation else [])


def redo(progress: Progress) -> list[str]:
    """What another `execute` runs: what had no episode and what failed for want of it, else what failed.

    Once that was tried in vain, a subtask that fails although all it needs passes has that run again too: a
    program that passes its own few tests may still be why the next one fails.
    """
    plan, fresh = progress.plan, set(unfinished(progress))
    if plan is None:
        return []
    names = fresh or set(failed(progress))
    needs = {entry.name: {need.name for need in plan.ancestors(entry.name)} for entry in plan.subtasks}
    if fresh:
        names |= {name for name in progress.failing if needs[name] & fresh}
    elif progress.round - progress.planned >= 2:
        names |= {need for name in names if not needs[name] & names for need in needs[name]}
    return [entry.name for entry in plan.in_order() if entry.name in names]


def option_mask(progress: Progress) -> ActionMask:
    """Legal options, in the order of `OPTIONS`; at least one is True in every state."""
    go_on = not progress.spent
    legal = {
        "plan": go_on and _may_plan(progress),
        "execute": go_on and _may_execute(progress),
        "integrate": _may_integrate(progress),
        "evaluate": progress.program is not None and progress.evaluation is None,
    }
    legal = {name: may and progress.counts.get(name, 0) < MAX_TIMES for name, may in legal.items()}
    legal["stop"] = progress.evaluation is not None or not any(legal.values())
    return np.array([legal[option] for option in OPTIONS], dtype=np.bool_)


def _may_plan(progress: Progress) -> bool:
    """Without a plan; again once it failed, if there is something to split and executes are left.

    Where that brought the same plan, not before another `execute`: nothing changed that a plan depends on.
    """
    if progress.plan is None:
        return True
    if progress.same == progress.round:
        return False
    again = progress.counts.get("execute", 0) < MAX_TIMES and progress.plan_source in (
        "model",
        REVISED,
        WHOLE,
    )
    return again and _known_to_fail(progress)


def _may_execute(progress: Progress) -> bool:
    if progress.plan is None:
        return progress.splits
    return bool(unfinished(progress)) or _known_to_fail(progress)


def _known_to_fail(progress: Progress) -> bool:
    """The program was evaluated in vain, or a part does not pass its own tests, whatever it is merged to."""
    if progress.evaluation is not None:
        return not progress.passed
    return not unfinished(progress) and bool(progress.failing)


def _may_integrate(progress: Progress) -> bool:
    """Once there is something to merge; again, for a model's judgement, where several parts fail together.

    What a model put together has to be evaluated before it is asked again.
    """
    if not progress.candidates or progress.plan is None:
        return False
    if progress.program is None:
        return bool(progress.spent) or not unfinished(progress)
    if progress.program.origin == "model" and progress.evaluation is None:
        return False
    return not progress.spent and _known_to_fail(progress) and len(progress.plan.subtasks) > 1


def observe_run(progress: Progress, budget_left: float) -> Observation:
    """The observation, shape `(len(HIERARCHICAL.features),)`, float32, every entry in 0..1."""
    return np.clip(np.asarray(measures(progress, budget_left), dtype=np.float32), 0.0, 1.0)


def measures(progress: Progress, budget_left: float) -> list[float]:
    """What each feature measures, in the order of the table, for a share of the budget that is left."""
    counts = [progress.counts.get(option, 0) / MAX_TIMES for option in OPTIONS[:-1]]
    size = len(progress.plan.subtasks) if progress.plan else 0
    return [
        *counts,
        progress.plan is not None,
        progress.plan is not None and not unfinished(progress),
        progress.program is not None,
        progress.program is not None and progress.program.origin == "model",
        progress.evaluation is not None,
        progress.passed,
        len(failed(progress)) / max(1, size),
        budget_left,
        progress.splits,
        progress.plan_source == WHOLE,
        progress.plan_source == "model",
        progress.plan_source == REVISED,
        bool(progress.refused),
        _bounded(size / _MOST_PARTS),
        *_where_it_fails(progress),
        *_why_it_fails(progress),
        _bounded((progress.round - progress.planned - 1) / MAX_TIMES),
        _bounded((progress.programs - progress.known) / max(1, size)),
        _bounded(log2(1 + max(0, progress.joined - max(1, progress.searched))) / _MOST_JOINED),
        _share(progress, best=False),
        _share(progress, best=True),
    ]


def _where_it_fails(progress: Progress) -> tuple[bool, bool]:
    if progress.plan is None:
        return False, False
    needed = {name for subtask in progress.plan.subtasks for name in subtask.depends_on}
    needs = [name in needed for name in progress.failing]
    return any(needs), not all(needs)


def _why_it_fails(progress: Progress) -> tuple[bool, bool]:
    some = doubtful(progress)
    return any(lacking(entry, progress) for entry in some), any(needless(entry, progress) for entry in some)


def _bounded(share: float) -> float:
    """Of what may pass its bounds: a task's own list is long, another plan has other programs."""
    return min(1.0, max(0.0, share))


def _share(progress: Progress, *, best: bool) -> float:
    found = progress.best if best else progress.evaluation
    return found.report.share if found is not None and found.report is not None else 0.0
