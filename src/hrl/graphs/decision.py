"""The Hierarchical decision process: options, which of them are legal, and what its policy sees.

An SMDP over options (Sutton, Precup and Singh, 1999): `execute` and `evaluate` run whole Executive
episodes. After a failed evaluation `integrate`, `execute` and `plan` come back as corrective cycles; the mask
bounds them, so that every run ends whatever the policy and the budget.
"""

from __future__ import annotations

import numpy as np

from hrl.graphs.state import Progress
from hrl.policies.base import ActionMask, DecisionSpec, Feature, Observation
from hrl.types import Plan

VERSION = 1
OPTIONS = ("plan", "execute", "integrate", "evaluate", "stop")
MAX_TIMES = 5


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
        _flag("evaluated", "that program was evaluated"),
        _flag("evaluation_passed", "and passed"),
        _flag("failed_subtasks", "share of the plan's subtasks whose tests do not pass"),
        _flag("budget_left", "smallest remaining share of any budget"),
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
    names = [subtask.name for subtask in progress.plan.in_order()]
    found = [
        name for name in names if name in progress.results and progress.results[name].outcome != "passed"
    ]
    return found or (names[-1:] if progress.failed_evaluation else [])


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
    if progress.plan is None:
        return True
    return progress.failed_evaluation and progress.plan_source == "model"


def _may_execute(progress: Progress) -> bool:
    if progress.plan is None:
        return False
    without = [name for name, found in progress.results.items() if found.candidate is None]
    return bool(unfinished(progress) or without) or progress.failed_evaluation


def _may_integrate(progress: Progress) -> bool:
    """Once there is something to merge; again for a model's judgement, where there are several parts."""
    if not progress.candidates or progress.plan is None:
        return False
    if progress.program is None:
        return bool(progress.spent) or not unfinished(progress)
    return not progress.spent and progress.failed_evaluation and len(progress.plan.subtasks) > 1


def observe_run(progress: Progress, budget_left: float) -> Observation:
    """The observation, shape `(len(HIERARCHICAL.features),)`, float32, every entry in 0..1."""
    counts = [progress.counts.get(option, 0) / MAX_TIMES for option in OPTIONS[:-1]]
    values = [
        *counts,
        progress.plan is not None,
        progress.plan is not None and not unfinished(progress),
        progress.program is not None,
        progress.evaluation is not None,
        progress.passed,
        len(failed(progress)) / _size(progress.plan),
        budget_left,
    ]
    return np.clip(np.asarray(values, dtype=np.float32), 0.0, 1.0)


def _size(plan: Plan | None) -> int:
    return len(plan.subtasks) if plan else 1
