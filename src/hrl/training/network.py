"""The Q-network in torch; its parameters have the names that `hrl.policies.network` reads."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from hrl.policies.network import Architecture, fresh_weights


class QNetwork(nn.Module):
    """`inputs → hidden... → Q-values`, dueling or plain.

    Args:
        architecture: the shapes.
        seed: for the first weights, which numpy draws so that they equal the `untrained` policy's.
    """

    def __init__(self, architecture: Architecture, seed: int) -> None:
        super().__init__()
        sizes = (architecture.inputs, *architecture.hidden)
        self.body = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
        self.advantage = nn.Linear(sizes[-1], architecture.actions)
        self.value = nn.Linear(sizes[-1], 1) if architecture.dueling else None
        self.load_state_dict(
            {name: torch.from_numpy(value) for name, value in fresh_weights(architecture, seed).items()}
        )

    def forward(self, observation: torch.Tensor) -> torch.Tensor:
        """Q-values, shape `(batch, actions)`, of observations of shape `(batch, inputs)`."""
        hidden = observation
        for layer in self.body:
            hidden = torch.relu(layer(hidden))
        advantage: torch.Tensor = self.advantage(hidden)
        if self.value is None:
            return advantage
        value: torch.Tensor = self.value(hidden)
        return value + advantage - advantage.mean(dim=1, keepdim=True)

    def views(self) -> dict[str, NDArray[np.float32]]:
        """Parameters as numpy arrays that share memory, so acting sees every update."""
        return {name: parameter.detach().numpy() for name, parameter in self.named_parameters()}
