"""The training loop over any Gymnasium environment that gives `action_mask` in `info`.

Training ends, and is saved, at the first end of an episode at or after the step asked for, so a resumed
run continues exactly: `train 2N` and `train N, save, load, train N` give the same bits, and so does a run
that was killed at any moment and resumed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import torch

from hrl.errors import RunError
from hrl.training.checkpoint import read_checkpoint, write_checkpoint
from hrl.training.learner import Learner
from hrl.training.replay import Transition

_FIRST = 50  # steps before the first checkpoint


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


@dataclass(slots=True)
class TimeAccount:
    """Wall seconds of this process by what they went to.

    Attributes:
        environment: its `reset` and `step`: model, sandbox and the Executive's own bookkeeping.
        learner: acting, replay and updates.
        checkpoints: writing them.
    """

    environment: float = 0.0
    learner: float = 0.0
    checkpoints: float = 0.0


class Training:
    """A learner in its environment; `run` goes on from wherever it stands.

    Args:
        env: gives `info["action_mask"]` at every reset and step; `info["available"]`, where it is given,
            says which legal actions can be taken (of stored experience), `info["discount"]` how much the
            future counts after the step (of options; else gamma).
        learner: what learns.
        seed: of the environment.
        checkpoint: where `run` saves; None: nowhere.
        every: most steps between checkpoints. Early ones are closer: a tenth of the steps so far (their
            rings are small), and never more than `seconds` apart, because live steps are slow.
        seconds: see `every`.

    Attributes:
        account: where this process's time went.
    """

    def __init__(
        self,
        env: gym.Env[Any, Any],
        learner: Learner,
        *,
        seed: int,
        checkpoint: Path | None = None,
        every: int = 2_000,
        seconds: float = 60.0,
    ) -> None:
        self.env = env
        self.learner = learner
        self.episodes = 0
        self.account = TimeAccount()
        self._checkpoint = checkpoint
        self._every = every
        self._seconds = seconds
        self._saved_at = 0
        self._saved_when = time.monotonic()
        self.env.unwrapped.np_random = np.random.default_rng([seed, 2])

    def run(self, steps: int, report: Callable[[EpisodeResult], None] = lambda _: None) -> None:
        """Train until `steps` steps were taken altogether, and the episode then running ended."""
        torch.set_num_threads(1)
        while self.learner.steps < steps:
            report(self._episode())
            if self._checkpoint and self._due():
                self.save(self._checkpoint)
        if self._checkpoint:
            self.save(self._checkpoint)

    def save(self, path: Path) -> None:
        """Write a complete checkpoint; only between episodes."""
        started = time.monotonic()
        plain, tensors = self.learner.state()
        environment = self.env.unwrapped.np_random.bit_generator.state
        write_checkpoint(path, {**plain, "episodes": self.episodes, "environment": environment}, tensors)
        self._saved_at, self._saved_when = self.learner.steps, time.monotonic()
        self.account.checkpoints += self._saved_when - started

    def resume(self, path: Path) -> None:
        """Continue from a checkpoint; without one, from the beginning: a run may end before its first.

        Raises:
            RunError: it cannot be read, or another version wrote it.
        """
        if not path.exists():
            return
        plain, tensors = read_checkpoint(path)
        try:
            self.learner.restore(plain, tensors)
        except KeyError as missing:
            raise RunError(f"{path} is a checkpoint of another version: it holds no {missing}") from None
        self.episodes = plain["episodes"]
        self._saved_at = self.learner.steps
        self.env.unwrapped.np_random.bit_generator.state = plain["environment"]

    def _due(self) -> bool:
        """Whether so much would be lost now that a checkpoint pays."""
        taken = self.learner.steps - self._saved_at
        patience = min(self._every, max(_FIRST, self._saved_at // 10))
        return taken >= patience or time.monotonic() - self._saved_when >= self._seconds

    def _episode(self) -> EpisodeResult:
        learner, gamma, clock = self.learner, self.learner.config.gamma, time.perf_counter
        began = clock()
        observation, info = self.env.reset()
        inside = clock() - began
        total, length, losses, done = 0.0, 0, [], False
        while not done:
            action = learner.act(observation, info.get("available", info["action_mask"]))
            asked = clock()
            next_observation, reward, terminated, truncated, info = self.env.step(action)
            inside += clock() - asked
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
        self.account.environment += inside
        self.account.learner += clock() - began - inside
        return EpisodeResult(
            step=learner.steps,
            episode=self.episodes,
            episode_return=total,
            length=length,
            epsilon=learner.config.epsilon(learner.steps),
            loss=sum(losses) / len(losses) if losses else None,
            info=info,
        )
