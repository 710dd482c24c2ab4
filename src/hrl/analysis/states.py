"""States of a decision process, and what a policy answers in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hrl.policies.base import ActionMask, Observation, Policy

_DRAWS = 20


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A state with its name for people.

    Attributes:
        observation: shape `(features,)`.
        mask: shape `(actions,)`, at least one entry True.
    """

    words: str
    observation: Observation
    mask: ActionMask


@dataclass(frozen=True, slots=True)
class Answer:
    """What a policy does in a state; every tuple has one entry an action.

    Attributes:
        action: the choice; of a policy that draws, the most frequent one.
        shares: how often each action was chosen.
        values: Q-values, illegal actions included; None where the policy has none.
    """

    state: str
    action: int
    legal: tuple[bool, ...]
    shares: tuple[float, ...]
    values: tuple[float, ...] | None

    def lead(self, action: int) -> float:
        """How far the value of the choice lies above that of another action; 0 without values."""
        return self.values[self.action] - self.values[action] if self.values else 0.0

    @property
    def margin(self) -> float | None:
        """The lead over the next best legal action; None without values, or without a choice."""
        others = [place for place, legal in enumerate(self.legal) if legal and place != self.action]
        return min(self.lead(place) for place in others) if self.values and others else None


def ask(policy: Policy, state: State) -> Answer:
    """The policy's answer; one without values may draw, so it is asked 20 times.

    Raises:
        ValueError: the mask allows nothing.
    """
    choices = [policy.act(state.observation, state.mask)]
    if choices[0].values is None:
        choices += [policy.act(state.observation, state.mask) for _ in range(_DRAWS - 1)]
    counts = np.bincount([choice.action for choice in choices], minlength=len(state.mask))
    return Answer(
        state=state.words,
        action=int(counts.argmax()),
        legal=tuple(bool(legal) for legal in state.mask),
        shares=tuple(float(count) / len(choices) for count in counts),
        values=choices[0].values,
    )
