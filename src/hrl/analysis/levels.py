"""The two decision processes as the analysis sees them: their features, and what sums a trajectory up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hrl.analysis import run_words, words
from hrl.executive import EXECUTIVE
from hrl.graphs.decision import HIERARCHICAL
from hrl.policies.base import DecisionSpec, Observation


@dataclass(frozen=True, slots=True)
class Level:
    """One of the two.

    Attributes:
        decision: its features and actions.
        passed: the feature that says that a program passed.
        ends: features whose last values say, beside its actions, what kind of trajectory one is.
        in_words: what matters of an observation, shape `(features,)`, in one line.
    """

    decision: DecisionSpec
    passed: str
    ends: tuple[str, ...]
    in_words: Callable[[Observation], str]


EXECUTIVE_LEVEL = Level(
    EXECUTIVE, "passed", ("best_passed", "duplicate_count", "broken_count"), words.in_words
)
HIERARCHICAL_LEVEL = Level(
    HIERARCHICAL, "evaluation_passed", ("best_passed", "failed_subtasks"), run_words.in_words
)
LEVELS = {level.decision.name: level for level in (EXECUTIVE_LEVEL, HIERARCHICAL_LEVEL)}
