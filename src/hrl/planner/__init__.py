"""Task → Plan: whether to split, what the model proposes, and which tests exercise which subtask."""

from hrl.planner.assignment import assign_tests, called_functions
from hrl.planner.build import entry_name, plan_from_parts, signature_of, single_plan, stated_plan
from hrl.planner.coverage import plan_problem
from hrl.planner.proposal import MAX_ATTEMPTS, make_plan, propose
from hrl.planner.signatures import stated_signatures
from hrl.planner.splitting import needs_split

__all__ = [
    "MAX_ATTEMPTS",
    "assign_tests",
    "called_functions",
    "entry_name",
    "make_plan",
    "needs_split",
    "plan_from_parts",
    "plan_problem",
    "propose",
    "signature_of",
    "single_plan",
    "stated_plan",
    "stated_signatures",
]
