"""What the environments of both levels share: an episode is one walk, live or stored."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import gymnasium as gym
import numpy as np

from hrl.policies.base import DecisionSpec, Observation
from hrl.training.trajectories import Led, Walk

_ILLEGAL = -1.0


class WalkEnv(gym.Env[Observation, np.int64]):
    """Spaces of a decision process, steps along a walk, and costs of the episode so far.

    An action that is not available changes nothing and costs 1.

    Args:
        decision: its features are the observation, its actions are numbered as there; one is `stop`.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012

    def __init__(self, decision: DecisionSpec) -> None:
        self.observation_space = gym.spaces.Box(
            np.array([entry.low for entry in decision.features], dtype=np.float32),
            np.array([entry.high for entry in decision.features], dtype=np.float32),
        )
        self.action_space = gym.spaces.Discrete(len(decision.actions))
        self.render_mode = None
        self._stop = decision.action("stop")

    def step(self, action: np.int64 | int) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Take an action, or recall where it led.

        Raises:
            EnvironmentFailure: the model or the sandbox, not a program, failed; nothing is learned from it.
        """
        before = self._walk.here
        if not self._walk.available[action]:
            return before.observation, _ILLEGAL, False, False, self._info(1)
        led = self._walk.take(int(action))
        for name in self._costs:
            self._costs[name] += getattr(led, name)
        terminated = int(action) == self._stop
        # A stored episode may end where nobody went on; like a spent budget that says nothing of its worth.
        truncated = not terminated and (led.spent or not self._walk.available.any())
        return led.observation, self._reward(before, led), terminated, truncated, self._info(led.steps)

    def _begun(self, walk: Walk) -> tuple[Observation, dict[str, Any]]:
        self._walk = walk
        self._costs = {"tokens": 0, "model_calls": 0, "sandbox_runs": 0}
        return walk.here.observation, self._info(0)

    @abstractmethod
    def _reward(self, before: Led, led: Led) -> float:
        """Of the step from one place to the next."""

    def _info(self, steps: int) -> dict[str, Any]:
        """What is known beside the observation, `steps` primitive steps after the last decision."""
        del steps
        led, available = self._walk.here, self._walk.available
        # What a state is worth is learned from what somebody took there: the other actions have values that
        # nobody ever checked, and the greatest of them is always an exaggeration.
        return {
            "action_mask": available if available.any() else led.mask,
            "available": available,
            "kind": self._walk.kind,
            "solved": led.solved,
            **self._costs,
        }
