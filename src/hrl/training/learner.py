"""Masked Double + Dueling DQN. `update` reads beside the equation; every variant is a field of the config.

Prioritised replay and LayerNorm are there and off by default (`bench/ablation.py` measures them). Left out on
purpose: noisy layers and distributional heads (they did not help on the five-action repair task), and any
global seeding.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from hrl.policies.base import ActionMask, Observation
from hrl.policies.greedy import checked
from hrl.policies.network import MASKED, Architecture, q_values
from hrl.training.config import LearnerConfig
from hrl.training.network import Adam, QNetwork
from hrl.training.replay import Columns, NStepWindow, ReplayBuffer, Transition


class Learner:
    """Networks, optimiser, replay and exploration of one decision process.

    Args:
        inputs: length of an observation.
        actions: number of actions.
        config: the variant.
        seed: of the first weights, the exploration and the sampling of batches.

    Raises:
        ValueError: the variant explores other actions.
    """

    def __init__(self, inputs: int, actions: int, config: LearnerConfig, seed: int) -> None:
        if config.explore and (len(config.explore) != actions or min(config.explore) <= 0):
            raise ValueError(f"exploration needs {actions} weights above 0")
        self.config = config
        self.architecture = Architecture(inputs, config.hidden, actions, config.dueling, config.layer_norm)
        self.online = QNetwork(self.architecture, seed, config.blind)
        self.target = QNetwork(self.architecture, seed, config.blind).requires_grad_(False)
        self.optimizer = Adam(self.online.flat)
        self.replay = ReplayBuffer(config.buffer_size, inputs, actions, config.priority_exponent)
        self.window = NStepWindow(config.n_step)
        self.generator = np.random.default_rng([seed, 1])
        self.steps = 0
        self.updates = 0
        self._views = self.online.views()

    def act(self, observation: Observation, mask: ActionMask) -> int:
        """Epsilon-greedy among legal actions."""
        mask = checked(mask, self.architecture.actions)
        if self.generator.random() < self.config.epsilon(self.steps):
            return self._explore(np.flatnonzero(mask))
        values = q_values(self._views, self.architecture, observation)
        return int(np.where(mask, values, MASKED).argmax())

    def _explore(self, legal: NDArray[np.intp]) -> int:
        """A random legal action."""
        if not self.config.explore:
            return int(self.generator.choice(legal))
        weights = np.array(self.config.explore)[legal]
        return int(self.generator.choice(legal, p=weights / weights.sum()))

    def observe(self, transition: Transition) -> float | None:
        """Take one transition in and learn from one batch; the loss, or None before learning starts."""
        for row in self.window.add(transition):
            self.replay.add(row)
        self.steps += 1
        if self.steps < self.config.learning_starts or len(self.replay) < self.config.batch_size:
            return None
        if self.steps % self.config.update_every:
            return None
        importance = self.config.importance(self.steps)
        return self.update(self.replay.sample(self.config.batch_size, self.generator, importance))

    @torch.inference_mode()
    def targets(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        """`y = reward + row_discount · Q_target(s', argmax over legal a of Q(s', a))`."""
        target_next = self.target(batch["next_observation"])
        chooser = self.online(batch["next_observation"]) if self.config.double else target_next
        if self.config.mask_target:
            chooser = chooser.masked_fill(~batch["next_mask"], float(MASKED))
        best = chooser.argmax(dim=1, keepdim=True)
        bootstrap: torch.Tensor = target_next.gather(1, best).squeeze(1)
        return batch["reward"] + batch["row_discount"] * bootstrap

    @torch.inference_mode()
    def update(self, columns: Columns) -> float:
        """One gradient step on the online network, then a soft step of the target network.

        Args:
            columns: `ReplayBuffer.sample`; with `weight`, `place` gets its TD errors for priorities.

        Returns:
            the loss: the mean over the batch of each row's, times its weight where it has one.
        """
        batch = {name: torch.from_numpy(column) for name, column in columns.items()}
        action, delta = batch["action"].unsqueeze(1), self.config.huber_delta
        y = self.targets(batch).unsqueeze(1)
        passed = self.online.activations(batch["observation"])
        q = self.online.heads(passed.outputs[-1]).gather(1, action)
        # Huber's slope is the error, cut at delta; the loss is a mean over the batch.
        slope = (q - y).clamp_(-delta, delta).div_(len(q))
        if "weight" in batch:
            weight = batch["weight"].unsqueeze(1)
            loss = (weight * torch.nn.functional.huber_loss(q, y, delta=delta, reduction="none")).mean()
            slope *= weight
            self.replay.prioritise(columns["place"], (q - y).squeeze(1).numpy())
        else:
            loss = torch.nn.functional.huber_loss(q, y, delta=delta)
        self.online.backward(passed, action, slope)
        self.optimizer.step(self.config.rate(self.steps))
        self.target.flat.lerp_(self.online.flat, self.config.tau)
        self.updates += 1
        return loss.item()

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """A copy of the target network's parameters by name: a running mean of the online one's.

        So the last batches do not decide what a policy does.
        """
        return {name: value.numpy().copy() for name, value in self.target.state_dict().items()}

    def begin_with(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Give both networks these parameters, by name; for a fresh learner."""
        given = {name: torch.from_numpy(np.array(value)) for name, value in weights.items()}
        self.online.load_state_dict(given)
        self.target.load_state_dict(given)

    def state(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
        """Everything that learning depends on: plain values, and tensors by name.

        Raises:
            ValueError: in the middle of an episode, because its window is not kept.
        """
        if len(self.window):
            raise ValueError("a learner is saved between episodes")
        added, columns = self.replay.state()
        tensors = {f"replay.{name}": torch.from_numpy(column) for name, column in columns.items()}
        for part, network in (("online", self.online), ("target", self.target)):
            tensors |= {f"{part}.{name}": value for name, value in network.state_dict().items()}
        tensors |= {"adam.mean": self.optimizer.mean, "adam.square": self.optimizer.square}
        plain = {
            "steps": self.steps,
            "updates": self.updates,
            "added": added,
            "generator": self.generator.bit_generator.state,
        }
        return plain, tensors

    def restore(self, plain: dict[str, Any], tensors: dict[str, torch.Tensor]) -> None:
        """The inverse of `state`."""
        self.steps, self.updates = plain["steps"], plain["updates"]
        self.generator.bit_generator.state = plain["generator"]
        replay = {name: value.numpy() for name, value in _under("replay.", tensors).items()}
        self.replay.restore(plain["added"], replay)
        self.online.load_state_dict(_under("online.", tensors))
        self.target.load_state_dict(_under("target.", tensors))
        self.optimizer.steps = self.updates
        self.optimizer.mean.copy_(tensors["adam.mean"])
        self.optimizer.square.copy_(tensors["adam.square"])


def _under(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}
