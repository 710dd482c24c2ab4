"""The world of an ablation: what a policy may do, see and find, switched off part by part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import gymnasium as gym
import numpy as np

from hrl.policies.base import ActionMask, Choice, Observation, Policy
from hrl.training.drills import drill_source
from hrl.training.environment import ExecutiveEnv
from hrl.training.exercises import Exercise, Source
from hrl.training.learner import Learner
from hrl.training.programs import NothingFound

BOUND = 60  # steps of an episode that may waste them; a legal one ends by itself after 35
DUPLICATES = (
    "duplicate_count",
    "last_duplicate",
    "duplicates_in_row",
    "duplicate_again",
    "repaired",
    "stuck",
)


@dataclass(frozen=True)
class World:
    """What the policy may do and see."""

    masked_choice: bool = True
    duplicates: bool = True
    search: bool = True


class Bounded(gym.Wrapper[Any, Any, Any, Any]):
    """The Executive's environment with features hidden and `BOUND` steps; counts illegal actions."""

    def __init__(self, env: ExecutiveEnv, hidden: list[int]) -> None:
        super().__init__(env)
        self.illegal = 0
        self._mask: ActionMask = np.ones(0, dtype=np.bool_)
        self._left = BOUND
        self._executive, self._hidden = env, hidden

    def reset(self, **given: Any) -> tuple[Any, dict[str, Any]]:
        return self._begun(*self._executive.reset(**given))

    def begin(self, exercise: Exercise) -> tuple[Any, dict[str, Any]]:
        return self._begun(*self._executive.begin(exercise))

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self.illegal += not self._mask[action]
        self._left -= 1
        observation, gain, terminated, truncated, info = self._executive.step(action)
        self._mask = info["action_mask"]
        cut = truncated or (not terminated and not self._left)
        return self._seen(observation), gain, terminated, cut, info

    def _begun(self, observation: Observation, info: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        self._left, self._mask = BOUND, info["action_mask"]
        return self._seen(observation), info

    def _seen(self, observation: Observation) -> Observation:
        observation = observation.copy()
        observation[self._hidden] = 0.0
        return observation


class Unmasked(Learner):
    """A learner that explores and chooses among all actions."""

    def act(self, observation: Observation, mask: ActionMask) -> int:
        return super().act(observation, np.ones_like(mask))


class UnmaskedPolicy:
    """A policy that is not told what is legal."""

    def __init__(self, policy: Policy) -> None:
        self.name, self._policy = policy.name, policy

    def act(self, observation: Observation, mask: ActionMask) -> Choice:
        return self._policy.act(observation, np.ones_like(mask))


def exercises(world: World, *, held_out: bool = False) -> Source:
    drills = drill_source(held_out=held_out)

    def without_search(generator: np.random.Generator) -> Exercise:
        one = drills(generator)
        nothing = NothingFound(one.retriever.has_documents)
        return replace(one, retriever=nothing, episode=replace(one.episode, searchable=False))

    return drills if world.search else without_search
