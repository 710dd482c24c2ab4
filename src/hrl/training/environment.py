"""The Executive as a Gymnasium environment, around the same `step` that `hrl solve` takes."""

from __future__ import annotations

from typing import Any

import gymnasium as gym

from hrl.config import load_settings
from hrl.executive import EXECUTIVE, Cost, RewardSpec, earned
from hrl.policies.base import Observation
from hrl.sandbox.base import Limits, Sandbox
from hrl.training.drills import drill_source
from hrl.training.episodes import LiveEpisode
from hrl.training.exercises import Exercise, Source, StoredExercise
from hrl.training.reports import CachedSandbox
from hrl.training.trajectories import Led, StoredWalk
from hrl.training.walk_environment import WalkEnv


class ExecutiveEnv(WalkEnv):
    """Bring one function to a program that passes its tests, and stop.

    ## Action space
    `Discrete(5)`: generate, test, debug, search, stop. `info["action_mask"]` says which are legal, or, in
    a stored exercise, which of those somebody took there; any other changes nothing and costs 1.

    ## Observation space
    `Box`, float32: the named features of `hrl.executive.EXECUTIVE`, in its order and ranges.

    ## Rewards
    +1 for stopping with a program that passes the hidden tests, minus prices for tokens, model calls,
    sandbox seconds and searches, plus potential-based shaping on the share of visible tests passed.

    ## Starting state
    An exercise drawn from `source`; scripted drills by default.

    ## Episode end
    Terminated when the policy stops; truncated when a call is refused because a budget is spent.

    ## Arguments
    `source`: where exercises come from. `sandbox`: runs programs; by default the process backend, with
    its results kept in memory. `prices`: the reward. `limits`: of one sandbox run.

    ## Versions
    v0: the features of version 2.
    """

    def __init__(
        self,
        source: Source | None = None,
        sandbox: Sandbox | None = None,
        prices: RewardSpec | None = None,
        limits: Limits | None = None,
    ) -> None:
        super().__init__(EXECUTIVE)
        self.prices = prices or RewardSpec()
        self._source = source or drill_source()
        self._limits = limits or Limits(seconds_per_test=1.0)
        self._sandbox = sandbox or CachedSandbox(process_sandbox())
        self._owns_sandbox = sandbox is None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Draw an exercise."""
        super().reset(seed=seed, options=options)
        return self.begin(self._source(self.np_random))

    def practise(self, source: Source) -> None:
        """Draw from another source from now on."""
        self._source = source

    def begin(self, exercise: Exercise | StoredExercise) -> tuple[Observation, dict[str, Any]]:
        """Begin with a given exercise, as tables do."""
        self._prices = exercise.prices or self.prices
        if isinstance(exercise, StoredExercise):
            return self._begun(StoredWalk(exercise.name, exercise.tree))
        return self._begun(LiveEpisode(exercise, self._sandbox, self._limits))

    def close(self) -> None:
        """Close the sandbox that this environment opened."""
        if self._owns_sandbox:
            self._sandbox.close()

    def _reward(self, before: Led, led: Led) -> float:
        cost = Cost(led.tokens, led.model_calls, led.sandbox_runs, led.seconds, led.searches)
        return earned(before.share, led.share, cost, solved=led.solved, spec=self._prices)

    def _info(self, steps: int) -> dict[str, Any]:
        led = self._walk.here
        outcome = "passed" if led.passed else "budget" if led.spent else "failed"
        return {**super()._info(steps), "outcome": outcome}


def process_sandbox() -> Sandbox:
    """The backend without isolation: drills hold no program that a model wrote."""
    from hrl.sandbox import open_sandbox

    return open_sandbox(load_settings(sandbox="process"))


def register() -> None:
    """Make `gymnasium.make` know `hrl/Executive-v0` and `hrl/Hierarchical-v0`; twice is harmless."""
    entries = {
        "hrl/Executive-v0": "hrl.training.environment:ExecutiveEnv",
        "hrl/Hierarchical-v0": "hrl.training.option_environment:HierarchicalEnv",
    }
    for name, entry in entries.items():
        if name not in gym.registry:
            gym.register(name, entry, max_episode_steps=200)
