"""The Executive as a Gymnasium environment, around the same `step` that `hrl solve` takes."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np

from hrl.config import load_settings
from hrl.events import MemoryRecorder
from hrl.executive import (
    EXECUTIVE,
    Action,
    RewardSpec,
    Tools,
    action_mask,
    budget_left,
    observe,
    outcome,
    reward,
    step,
)
from hrl.policies.base import Observation
from hrl.sandbox.base import Limits, Sandbox
from hrl.training.drills import drill_source
from hrl.training.exercises import Exercise, Moment, Source, passes_hidden
from hrl.training.reports import CachedSandbox

_ILLEGAL = -1.0


class ExecutiveEnv(gym.Env[Observation, np.int64]):
    """Bring one function to a program that passes its tests, and stop.

    ## Action space
    `Discrete(5)`: generate, test, debug, search, stop. `info["action_mask"]` says which are legal; an
    illegal action changes nothing and costs 1.

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

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012

    def __init__(
        self,
        source: Source | None = None,
        sandbox: Sandbox | None = None,
        prices: RewardSpec | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.observation_space = gym.spaces.Box(
            np.array([entry.low for entry in EXECUTIVE.features], dtype=np.float32),
            np.array([entry.high for entry in EXECUTIVE.features], dtype=np.float32),
        )
        self.action_space = gym.spaces.Discrete(len(EXECUTIVE.actions))
        self.render_mode = None
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

    def begin(self, exercise: Exercise) -> tuple[Observation, dict[str, Any]]:
        """Begin with a given exercise, as tables do."""
        self._exercise = exercise
        self._prices = exercise.prices or self.prices
        self._taken: tuple[int, ...] = ()
        self._episode = exercise.episode
        self._solved = False
        self._tools = Tools(
            model=exercise.model,
            sandbox=self._sandbox,
            retriever=exercise.retriever,
            recorder=MemoryRecorder(),
            ledger=exercise.ledger,
            limits=exercise.limits or self._limits,
        )
        return self._observation(), self._info()

    def step(self, action: np.int64 | int) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Take one action of the Executive, or recall where it led."""
        memory = self._exercise.memory
        path = (*self._taken, int(action))
        if memory is None or path not in memory:
            result = self._step(action)
            moment = Moment(self._episode, self._tools.ledger.spent(), self._solved, result)
            if memory is not None:
                memory[path] = moment
        else:
            moment = memory[path]
            self._episode, self._solved = moment.episode, moment.solved
            self._tools.ledger.restore(moment.spent, set())
        self._taken = path
        return moment.result

    def close(self) -> None:
        """Close the sandbox that this environment opened."""
        if self._owns_sandbox:
            self._sandbox.close()

    def _step(self, action: np.int64 | int) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        if not action_mask(self._episode)[action]:
            return self._observation(), _ILLEGAL, False, False, self._info()
        before = self._episode
        taken = step(before, Action(int(action)), self._tools)
        self._episode = taken.episode
        if taken.terminated:
            self._solved = passes_hidden(self._episode, self._exercise, self._sandbox, self._tools.limits)
        gain = reward(before, self._episode, taken.cost, solved=self._solved, spec=self._prices)
        return self._observation(), gain, taken.terminated, taken.truncated, self._info()

    def _observation(self) -> Observation:
        return observe(self._episode, budget_left(self._episode, self._tools))

    def _info(self) -> dict[str, Any]:
        spent = self._tools.ledger.spent()
        return {
            "action_mask": action_mask(self._episode),
            "kind": self._exercise.kind,
            "solved": self._solved,
            "outcome": outcome(self._episode),
            "tokens": spent.tokens,
            "model_calls": spent.model_calls,
            "sandbox_runs": spent.sandbox_runs,
        }


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
