"""The Executive: one decision process over generate, test, debug, search and stop.

`solve`, `eval` and `train` drive the same functions: `start_episode`, then `decide` and `step` until the
episode's status is no longer `running`. The only loop here is `run_episode`; graphs drive the steps
themselves.
"""

from hrl.executive.actions import Action
from hrl.executive.episode import Best, Counts, Episode, outcome, start_episode
from hrl.executive.features import EXECUTIVE, observe
from hrl.executive.mask import action_mask
from hrl.executive.rewards import Cost, RewardSpec, earned, potential
from hrl.executive.rollout import announce, conclude, decide, run_episode
from hrl.executive.transition import Step, Tools, budget_left, step

__all__ = [
    "EXECUTIVE",
    "Action",
    "Best",
    "Cost",
    "Counts",
    "Episode",
    "RewardSpec",
    "Step",
    "Tools",
    "action_mask",
    "announce",
    "budget_left",
    "conclude",
    "decide",
    "earned",
    "observe",
    "outcome",
    "potential",
    "run_episode",
    "start_episode",
    "step",
]
