"""Learning from stored trajectories: the one loop, walking where live walks have been.

An option that nobody took somewhere is not available there: the learner never has to guess where it leads,
and the target's maximum leaves it out (Fujimoto et al. 2019 on what becomes of values nobody checks).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from hrl.errors import RunError
from hrl.graphs.decision import HIERARCHICAL
from hrl.policies import GreedyPolicy
from hrl.training.config import LearnerConfig
from hrl.training.learner import Learner
from hrl.training.loop import Training
from hrl.training.option_environment import HierarchicalEnv
from hrl.training.programs import ProgramPrices
from hrl.training.progress import Metrics
from hrl.training.trajectories import Trajectories
from hrl.training.walks import StoredWalk


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


class Study:
    """The Hierarchical learner with its environment and checkpoint.

    Args:
        out: holds `checkpoint.safetensors` and `metrics.jsonl`.
        config: of the learner.
        prices: of the reward.
        seed: of everything.
        resume: go on from the checkpoint, where there is one.
        console: where progress is drawn; None: nowhere.
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
        self.learner = Learner(len(HIERARCHICAL.features), len(HIERARCHICAL.actions), config, seed)
        self._walks = StoredWalks()
        self._out = out
        self._console = console
        checkpoint = out / "checkpoint.safetensors"
        env = HierarchicalEnv(self._walks, prices, gamma=config.gamma)
        self._training = Training(env, self.learner, seed=seed, checkpoint=checkpoint)
        if resume:
            self._training.resume(checkpoint)

    def learn(self, trajectories: Trajectories, until: int) -> None:
        """Learn until so many options were taken altogether.

        Raises:
            RunError: there is nothing to learn from.
        """
        if self.learner.steps >= until:
            return
        self._walks.use(trajectories)
        metrics = Metrics(
            self._out / "metrics.jsonl", step=self.learner.steps, total=until, console=self._console
        )
        with metrics:
            self._training.run(until, metrics)

    def policy(self) -> GreedyPolicy:
        """The greedy policy of the target network: a running mean, so that the last batches do not decide."""
        return GreedyPolicy("hierarchical", self.weights(), self.learner.architecture)

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """A copy of the target network's parameters by name."""
        return {name: value.numpy().copy() for name, value in self.learner.target.state_dict().items()}
