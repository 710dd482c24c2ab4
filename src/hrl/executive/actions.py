"""The five actions and how often an episode may take them."""

from __future__ import annotations

from enum import IntEnum


class Action(IntEnum):
    """What the Executive can do; the numbers are the places in masks and Q-values."""

    GENERATE = 0
    TEST = 1
    DEBUG = 2
    SEARCH = 3
    STOP = 4


# These bounds make every episode finite, whatever the budget and the policy.
MAX_GENERATES = 5
MAX_BROKEN_GENERATES = 3
MAX_DEBUGS = 10
MAX_BROKEN_DEBUGS = 2
MAX_SEARCHES = 3
# Every generate and debug makes at most one program, every program (and a given one) is tested once,
# and `stop` ends it.
MAX_STEPS = 2 * (MAX_GENERATES + MAX_DEBUGS) + 1 + MAX_SEARCHES + 1
