"""The `Policy` seam and the tables that give an observation vector its meaning.

A policy sees a vector and a mask, nothing else. The table of named features comes from the decision
process (`hrl.executive.features`, `hrl.graphs`), carries a version, and is stored in every policy file,
so that a policy made for other features is refused instead of misread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Observation = NDArray[np.float32]
ActionMask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Feature:
    """One entry of the observation: `low <= value <= high` always holds."""

    name: str
    low: float
    high: float
    meaning: str


@dataclass(frozen=True, slots=True)
class DecisionSpec:
    """The interface of a decision process: its action names and its feature table.

    Attributes:
        name: `executive` or `hierarchical`.
        version: raised whenever an action or a feature changes its place or meaning.
    """

    name: str
    version: int
    actions: tuple[str, ...]
    features: tuple[Feature, ...]

    def index(self, feature: str) -> int:
        """Place of a feature in the observation; KeyError when there is none of that name."""
        for place, entry in enumerate(self.features):
            if entry.name == feature:
                return place
        raise KeyError(feature)

    def action(self, name: str) -> int:
        """Number of an action; ValueError when there is none of that name."""
        return self.actions.index(name)

    def named(self, observation: Observation) -> dict[str, float]:
        """An observation as traces keep it: feature → value, four digits."""
        values = zip(self.features, observation, strict=True)
        return {entry.name: round(float(value), 4) for entry, value in values}


@dataclass(frozen=True, slots=True)
class Choice:
    """An action and, where the policy has them, one value per action (illegal ones included)."""

    action: int
    values: tuple[float, ...] | None = None


class Policy(Protocol):
    """Chooses among legal actions.

    Attributes:
        name: what reports and traces call it.
    """

    name: str

    def act(self, observation: Observation, mask: ActionMask) -> Choice:
        """Choose; `mask` is required and at least one entry is True (ValueError otherwise)."""
        ...
