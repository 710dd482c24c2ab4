"""The greedy policy over a Q-network; the mask is applied after V + A - mean(A)."""

from __future__ import annotations

import numpy as np

from hrl.policies.base import ActionMask, Choice, DecisionSpec, Observation
from hrl.policies.network import Architecture, Weights, folded, fresh_weights, q_values


def checked(mask: ActionMask, actions: int) -> ActionMask:
    """The mask itself.

    Raises:
        ValueError: there is none, it has another length, or it allows nothing.
    """
    if mask is None or mask.shape != (actions,):
        raise ValueError(f"a policy needs a mask of {actions} entries")
    if not mask.any():
        raise ValueError("the mask allows no action")
    return mask


class GreedyPolicy:
    """Takes the legal action of the highest value; ties go to the first.

    Args:
        name: what reports and traces call it.
        weights: parameters by name, as `Architecture.shapes` lists them.
        architecture: the network's shape.
    """

    def __init__(self, name: str, weights: Weights, architecture: Architecture) -> None:
        self.name = name
        self.architecture = architecture
        self.weights = {
            key: np.ascontiguousarray(weights[key], dtype=np.float32) for key in architecture.shapes()
        }
        self._deciding = folded(self.weights, architecture)

    def act(self, observation: Observation, mask: ActionMask) -> Choice:
        """The best legal action and all values."""
        mask = checked(mask, self.architecture.actions)
        values = q_values(*self._deciding, observation).tolist()
        legal = [place for place, allowed in enumerate(mask.tolist()) if allowed]
        return Choice(max(legal, key=values.__getitem__), tuple([round(value, 6) for value in values]))


def untrained(decision: DecisionSpec, seed: int, hidden: tuple[int, ...] = (64, 64)) -> GreedyPolicy:
    """A network that has learned nothing: the control in every table."""
    architecture = Architecture(len(decision.features), hidden, len(decision.actions))
    return GreedyPolicy("untrained", fresh_weights(architecture, seed), architecture)
