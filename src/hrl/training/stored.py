"""Learning from stored trajectories: the one loop, walking where live walks have been.

An option that nobody took somewhere is not available there: the learner never has to guess where it leads,
and the target's maximum leaves it out (Fujimoto et al. 2019 on what becomes of values nobody checks).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from rich.console import Console

from hrl.errors import RunError
from hrl.graphs.decision import HIERARCHICAL
from hrl.training.config import LearnerConfig
from hrl.training.option_environment import HierarchicalEnv
from hrl.training.programs import ProgramPrices
from hrl.training.study import Study
from hrl.training.trajectories import StoredWalk, Trajectories


class StoredWalks:
    """Draws programs of a store, each equally often; the store may be changed for another."""

    def __init__(self) -> None:
        self._trajectories = Trajectories()
        self._names: list[str] = []

    def use(self, trajectories: Trajectories) -> None:
        """Draw from these from now on, as they are now.

        Raises:
            RunError: they hold nothing.
        """
        self._trajectories, self._names = trajectories, trajectories.names()
        if not self._names:
            raise RunError("there are no trajectories to learn from: nothing was collected")

    def __call__(self, generator: np.random.Generator) -> StoredWalk:
        """A walk over one program."""
        name = self._names[int(generator.integers(len(self._names)))]
        return StoredWalk(name, self._trajectories.tree(name))


class StoredStudy(Study):
    """The Hierarchical policy's learning.

    Args:
        out: see `Study`, as all that is not named here.
        prices: of the reward.
    """

    def __init__(
        self,
        out: Path,
        config: LearnerConfig,
        prices: ProgramPrices,
        seed: int,
        *,
        resume: bool,
        console: Console | None = None,
    ) -> None:
        self._walks = StoredWalks()
        env = HierarchicalEnv(self._walks, prices, gamma=config.gamma)
        super().__init__(out, HIERARCHICAL, env, config, seed, resume=resume, console=console)

    def learn(self, trajectories: Trajectories, until: int) -> None:
        """Learn until so many options were taken altogether.

        Raises:
            RunError: there is nothing to learn from.
        """
        if self.learner.steps >= until:
            return
        self._walks.use(trajectories)
        self.run(until)
