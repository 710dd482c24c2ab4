"""The training loop over any Gymnasium environment that gives `action_mask` in `info`.

Training ends, and is saved, at the first end of an episode at or after the step asked for, so a resumed
run continues exactly: `train 2N` and `train N, save, load, train N` give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import torch

from hrl.training.checkpoint import read_checkpoint, write_checkpoint
from hrl.training.learner import Learner
from hrl.training.replay import Transition


@dataclass(frozen=True, slots=True)
class EpisodeResult:
    """What one training episode brought; `loss` is the mean over its updates."""

    step: int
    episode: int
    episode_return: float
    length: int
    epsilon: float
    loss: float | None
    info: dict[str, Any]


class Training:
    """A learner in its environment; `run` goes on from wherever it stands.

    Args:
        env: gives `info["action_mask"]` at every reset and step.
        learner: what learns.
        seed: of the environment.
        checkpoint: where `run` saves; None: nowhere.
        every: steps between checkpoints.
    """

    def __init__(
        self,
        env: gym.Env[Any, Any],
        learner: Learner,
        *,
        seed: int,
        checkpoint: Path | None = None,
        every: int = 2_000,
    ) -> None:
        self.env = env
        self.learner = learner
        self.episodes = 0
        self._checkpoint = checkpoint
        self._every = every
        self._saved_at = 0
        self.env.unwrapped.np_random = np.random.default_rng([seed, 2])

    def run(self, steps: int, report: Callable[[EpisodeResult], None] = lambda _: None) -> None:
        """Train until `steps` steps were taken altogether, and the episode then running ended."""
        torch.set_num_threads(1)
        while self.learner.steps < steps:
            report(self._episode())
            if self._checkpoint and self.learner.steps - self._saved_at >= self._every:
                self.save(self._checkpoint)
        if self._checkpoint:
            self.save(self._checkpoint)

    def save(self, path: Path) -> None:
        """Write a complete checkpoint; only between episodes."""
        plain, tensors = self.learner.state()
        self._saved_at = self.learner.steps
        environment = self.env.unwrapped.np_random.bit_generator.state
        write_checkpoint(path, {**plain, "episodes": self.episodes, "environment": environment}, tensors)

    def resume(self, path: Path) -> None:
        """Continue from a checkpoint.

        Raises:
            RunError: it cannot be read.
        """
        plain, tensors = read_checkpoint(path)
        self.learner.restore(plain, tensors)
        self.episodes = plain["episodes"]
        self._saved_at = self.learner.steps
        self.env.unwrapped.np_random.bit_generator.state = plain["environment"]

    def _episode(self) -> EpisodeResult:
        learner, gamma = self.learner, self.learner.config.gamma
        observation, info = self.env.reset()
        total, length, losses, done = 0.0, 0, [], False
        while not done:
            action = learner.act(observation, info["action_mask"])
            next_observation, reward, terminated, truncated, info = self.env.step(action)
            transition = Transition(
                observation,
                action,
                float(reward),
                next_observation,
                info["action_mask"],
                terminated,
                truncated,
                info.get("discount", gamma),
            )
            loss = learner.observe(transition)
            if loss is not None:
                losses.append(loss)
            observation, done = next_observation, terminated or truncated
            total, length = total + float(reward), length + 1
        self.episodes += 1
        return EpisodeResult(
            step=learner.steps,
            episode=self.episodes,
            episode_return=total,
            length=length,
            epsilon=learner.config.epsilon(learner.steps),
            loss=sum(losses) / len(losses) if losses else None,
            info=info,
        )
