"""A learner in its environment, with checkpoint and metrics in a directory; each training has one or more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from hrl.policies import GreedyPolicy
from hrl.policies.base import DecisionSpec
from hrl.training.config import LearnerConfig
from hrl.training.learner import Learner
from hrl.training.loop import Training
from hrl.training.progress import Metrics


class Study:
    """Learning that goes on where it stands.

    Args:
        out: holds `checkpoint.safetensors` and `metrics.jsonl`.
        decision: whose policy is learned.
        env: where it acts.
        config: of the learner.
        seed: of everything.
        weights: parameters to begin with, by name; None: fresh ones.
        resume: go on from the checkpoint, where there is one.
        console: where progress is drawn; None: nowhere.
    """

    def __init__(
        self,
        out: Path,
        decision: DecisionSpec,
        env: gym.Env[Any, Any],
        config: LearnerConfig,
        seed: int,
        *,
        weights: Mapping[str, NDArray[np.float32]] | None = None,
        resume: bool,
        console: Console | None = None,
    ) -> None:
        self.learner = Learner(len(decision.features), len(decision.actions), config, seed)
        if weights is not None:
            self.learner.begin_with(weights)
        self._name = decision.name
        self._out = out
        self._console = console
        checkpoint = out / "checkpoint.safetensors"
        self._training = Training(env, self.learner, seed=seed, checkpoint=checkpoint)
        if resume:
            self._training.resume(checkpoint)

    def run(self, until: int) -> None:
        """Learn until so many steps were taken altogether."""
        path, step = self._out / "metrics.jsonl", self.learner.steps
        with Metrics(path, self._name, step=step, total=until, console=self._console) as metrics:
            self._training.run(until, metrics)

    def policy(self) -> GreedyPolicy:
        """What was learned so far."""
        return GreedyPolicy(self._name, self.learner.weights(), self.learner.architecture)
