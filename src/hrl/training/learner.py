"""Masked Double + Dueling DQN. `update` reads beside the equation; every variant is a field of the config.

Left out on purpose: prioritised replay, noisy layers and distributional heads (they did not help on the
five-action repair task), and any global seeding.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from hrl.policies.base import ActionMask, Observation
from hrl.policies.greedy import checked
from hrl.policies.network import MASKED, Architecture, q_values
from hrl.training.config import LearnerConfig
from hrl.training.network import QNetwork
from hrl.training.replay import Columns, NStepWindow, ReplayBuffer, Transition


class Learner:
    """Networks, optimiser, replay and exploration of one decision process.

    Args:
        inputs: length of an observation.
        actions: number of actions.
        config: the variant.
        seed: of the first weights, the exploration and the sampling of batches.
    """

    def __init__(self, inputs: int, actions: int, config: LearnerConfig, seed: int) -> None:
        self.config = config
        self.architecture = Architecture(inputs, config.hidden, actions, config.dueling)
        self.online = QNetwork(self.architecture, seed)
        self.target = QNetwork(self.architecture, seed).requires_grad_(False)
        self.optimizer = torch.optim.Adam(self.online.parameters(), lr=config.learning_rate, fused=True)
        self.replay = ReplayBuffer(config.buffer_size, inputs, actions)
        self.window = NStepWindow(config.n_step)
        self.generator = np.random.default_rng([seed, 1])
        self.steps = 0
        self.updates = 0
        self._views = self.online.views()
        self._online = list(self.online.parameters())
        self._target = list(self.target.parameters())

    def act(self, observation: Observation, mask: ActionMask) -> int:
        """Epsilon-greedy among legal actions."""
        mask = checked(mask, self.architecture.actions)
        if self.generator.random() < self.config.epsilon(self.steps):
            return int(self.generator.choice(np.flatnonzero(mask)))
        values = q_values(self._views, self.architecture, observation)
        return int(np.where(mask, values, MASKED).argmax())

    def observe(self, transition: Transition) -> float | None:
        """Take one transition in and learn from one batch; the loss, or None before learning starts."""
        for row in self.window.add(transition):
            self.replay.add(row)
        self.steps += 1
        if self.steps < self.config.learning_starts or len(self.replay) < self.config.batch_size:
            return None
        if self.steps % self.config.update_every:
            return None
        return self.update(self.replay.sample(self.config.batch_size, self.generator))

    def targets(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        """`y = reward + row_discount · Q_target(s', argmax over legal a of Q(s', a))`."""
        with torch.no_grad():
            target_next = self.target(batch["next_observation"])
            chooser = self.online(batch["next_observation"]) if self.config.double else target_next
            if self.config.mask_target:
                chooser = chooser.masked_fill(~batch["next_mask"], float(MASKED))
            best = chooser.argmax(dim=1, keepdim=True)
            bootstrap: torch.Tensor = target_next.gather(1, best).squeeze(1)
            return batch["reward"] + batch["row_discount"] * bootstrap

    def update(self, columns: Columns) -> float:
        """One gradient step on the online network, then a soft step of the target network."""
        batch = {name: torch.from_numpy(column) for name, column in columns.items()}
        y = self.targets(batch)
        q = self.online(batch["observation"]).gather(1, batch["action"].unsqueeze(1)).squeeze(1)
        loss = torch.nn.functional.huber_loss(q, y, delta=self.config.huber_delta)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.param_groups[0]["lr"] = self.config.rate(self.steps)
        self.optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(self._target, self._online, self.config.tau)
        self.updates += 1
        return float(loss.detach())

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
        for number, moments in self.optimizer.state_dict()["state"].items():
            tensors |= {f"adam.{number}.{name}": value for name, value in moments.items()}
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
        moments: dict[int, dict[str, torch.Tensor]] = {}
        for key, value in _under("adam.", tensors).items():
            number, name = key.split(".", 1)
            moments.setdefault(int(number), {})[name] = value
        self.optimizer.load_state_dict(self.optimizer.state_dict() | {"state": moments})


def _under(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}
