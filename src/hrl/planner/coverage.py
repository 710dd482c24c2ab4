"""Whether a plan is a valid DAG that covers a program whose functions and calls are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hrl.types import Plan, PlanRejected


def plan_problem(plan: Plan | PlanRejected, needs: Mapping[str, Iterable[str]]) -> str:
    """What is wrong with a plan, or "" where it is a valid DAG and covers the program.

    It covers the program when every function is a subtask and depends on each function that it calls; what
    it depends on beside that does no harm as long as there is no cycle.

    Args:
        plan: what `plan_from_parts` made of a reply.
        needs: every function of the program with those that it calls.
    """
    valid = Plan.of(plan.subtasks) if isinstance(plan, Plan) else plan
    if isinstance(valid, PlanRejected):
        return valid.reason
    depends = {subtask.name: set(subtask.depends_on) for subtask in valid.subtasks}
    for name, called in needs.items():
        if name not in depends:
            return f"the plan leaves out {name}"
        missing = sorted(set(called) - depends[name])
        if missing:
            return f"{name} does not depend on {', '.join(missing)}"
    return ""
