"""The Hierarchical level as a Gymnasium environment, around the same option functions as `hrl solve`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import numpy as np

from hrl.executive import EXECUTIVE
from hrl.graphs.decision import HIERARCHICAL
from hrl.llm import ReplyCache
from hrl.policies import load_policy
from hrl.policies.base import Observation
from hrl.training.environment import process_sandbox
from hrl.training.programs import ProgramPrices, ProgramSource, Workshop
from hrl.training.reports import CachedSandbox
from hrl.training.scripted_programs import ScriptedPrograms
from hrl.training.trajectories import Led, Trajectories, Walk
from hrl.training.walk_environment import WalkEnv
from hrl.training.walks import LiveWalk

Walks = Callable[[np.random.Generator], Walk]


class HierarchicalEnv(WalkEnv):
    """Bring a task of several functions to a program that passes its tests, and stop.

    An SMDP: an option lasts `k` primitive steps, and `info["discount"]` is `gamma ** k` (Sutton, Precup
    and Singh, 1999). The episodes inside an option are those of the frozen Executive; those of one wave run
    at the same time, so the longest of them counts. What an option costs is paid when it begins.

    ## Action space
    `Discrete(5)`: plan, execute, integrate, evaluate, stop; `execute` before there is a plan tries the task
    in one piece. `info["action_mask"]` says which are legal; an illegal one changes nothing and costs 1.

    ## Observation space
    `Box(0, 1)`, float32: the named features of `hrl.graphs.decision.HIERARCHICAL`, in its order.

    ## Rewards
    +1 for stopping with a program that passes the hidden tests, minus prices for tokens, model calls and
    sandbox runs; grading is free.

    ## Starting state
    A program drawn from `walks`; scripted programs by default.

    ## Episode end
    Terminated by stop. Every option is bounded, so every episode ends. Truncated where only stored outcomes
    are walked and nobody went on.

    ## Info
    `action_mask`; `available` (options that can be taken here); both are all legal ones, but in stored walks
    those that somebody took there;
    `discount` of the last option; `kind`, `program`, `solved`, `passed`; `tokens`, `model_calls` and
    `sandbox_runs` of the episode so far.

    ## Arguments
    `walks`: draws runs (see `hrl.training.walks`). `prices`: the reward. `gamma`: of one primitive step.

    ## Versions
    v0: the features of version 3.
    """

    def __init__(
        self, walks: Walks | None = None, prices: ProgramPrices | None = None, *, gamma: float = 0.99
    ) -> None:
        super().__init__(HIERARCHICAL)
        self.prices = prices or ProgramPrices()
        self.gamma = gamma
        self._owned = ExitStack()
        self._walks = walks or live_walks(ScriptedPrograms(), self._owned.enter_context(scripted_workshop()))

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Draw a program."""
        super().reset(seed=seed, options=options)
        return self.begin(self._walks(self.np_random))

    def begin(self, walk: Walk) -> tuple[Observation, dict[str, Any]]:
        """Begin with a given run, as tables do."""
        return self._begun(walk)

    def close(self) -> None:
        """Close what this environment opened."""
        self._owned.close()

    def _reward(self, before: Led, led: Led) -> float:
        del before
        gain = self.prices.solved if led.solved else 0.0
        return gain - self.prices.price(led.tokens, led.model_calls, led.sandbox_runs)

    def _info(self, steps: int) -> dict[str, Any]:
        found = {"discount": self.gamma**steps, "program": self._walk.name, "passed": self._walk.here.passed}
        return {**super()._info(steps), **found}


def live_walks(source: ProgramSource, workshop: Workshop, trajectories: Trajectories | None = None) -> Walks:
    """Runs of drawn programs; where `trajectories` are given, what is known is recalled."""

    def draw(generator: np.random.Generator) -> Walk:
        return LiveWalk(source(generator), workshop, trajectories or Trajectories())

    return draw


@contextmanager
def scripted_workshop() -> Iterator[Workshop]:
    """For scripted programs: the shipped Executive; no isolation, because they are no model's."""
    with CachedSandbox(process_sandbox()) as sandbox, closing(ReplyCache(None)) as replies:
        yield Workshop(load_policy("default", EXECUTIVE), sandbox, replies)
