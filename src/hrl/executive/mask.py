"""Which actions are legal: a pure function of the episode's state.

The rules keep a policy from paying for what cannot help: testing a program twice, searching for what is
known, mending a draft for the failure of a function that it calls. They leave every judgement to it, also
whether another repair pays after one that led back to a known program: recorded models come out of such
loops in 1 to 14 of 100 cases.
"""

from __future__ import annotations

import numpy as np

from hrl.executive.actions import (
    MAX_BROKEN_DEBUGS,
    MAX_BROKEN_GENERATES,
    MAX_DEBUGS,
    MAX_GENERATES,
    MAX_SEARCHES,
    Action,
)
from hrl.executive.episode import Episode
from hrl.policies.base import ActionMask


def action_mask(episode: Episode) -> ActionMask:
    """Legal actions, in the order of `Action`; at least one is True in every state."""
    mask = np.zeros(len(Action), dtype=np.bool_)
    mask[Action.GENERATE] = may_generate(episode)
    mask[Action.TEST] = may_test(episode)
    mask[Action.DEBUG] = may_debug(episode)
    mask[Action.SEARCH] = may_search(episode)
    mask[Action.STOP] = bool(episode.tested) or not mask.any()
    return mask


def may_generate(episode: Episode) -> bool:
    """Without a candidate, or as a restart after a failed test; never in evaluation mode."""
    if episode.mode == "evaluate":
        return False
    if episode.candidate is None:
        return episode.counts.broken_generates < MAX_BROKEN_GENERATES
    return _may_mend(episode) and restarts_left(episode) > 0


def may_test(episode: Episode) -> bool:
    """Only a program that was not tested yet."""
    return episode.candidate is not None and episode.candidate.digest not in episode.tested


def may_debug(episode: Episode) -> bool:
    """Only a program whose last test failed, while repairs remain and do not keep coming back broken."""
    within = episode.counts.debug < MAX_DEBUGS and episode.counts.broken_debugs < MAX_BROKEN_DEBUGS
    return _may_mend(episode) and within


def may_search(episode: Episode) -> bool:
    """Only while something is missing and the search would bring something new."""
    missing = not episode.passed and not (episode.draft and episode.tested)
    return episode.searchable and missing and episode.counts.search < MAX_SEARCHES


def _may_mend(episode: Episode) -> bool:
    """After a failed test; a draft's tests fail with the function that it needs, whatever it is."""
    return episode.failed and not episode.draft


def restarts_left(episode: Episode) -> int:
    """How many more generates may follow a failed test; a broken first reply is not a restart."""
    return max(0, MAX_GENERATES - episode.counts.generate)
