"""Who decides at each level of a run, by what the user named."""

from __future__ import annotations

from hrl.config import Settings
from hrl.executive import EXECUTIVE
from hrl.graphs.decision import HIERARCHICAL
from hrl.graphs.rivals import hierarchical_policy
from hrl.policies import holds_policy, load_policy
from hrl.policies.base import Policy


def open_policies(settings: Settings) -> tuple[Policy, Policy]:
    """The policies of the Executive and of the Hierarchical level.

    A directory that is named as the policy decides at the levels that it holds, the shipped policies at the
    other; a policy named for the Hierarchical level is stronger.

    Raises:
        PolicyFileError: an unknown name, or a file that cannot be used.
    """
    executive, hierarchical = settings.policy, settings.hierarchical_policy
    own = holds_policy(executive, HIERARCHICAL)
    if hierarchical == "auto":
        hierarchical = executive if own else "default"
    if own and not holds_policy(executive, EXECUTIVE):
        executive = "default"
    return (
        load_policy(executive, EXECUTIVE, seed=settings.seed),
        hierarchical_policy(hierarchical, settings.seed),
    )
