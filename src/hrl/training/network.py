"""The Q-network in torch; its parameters have the names that `hrl.policies.network` reads.

The gradient and Adam are written out: for networks this small the bookkeeping of autograd and of torch's
optimiser takes longer than the arithmetic (`bench/learner.py`). All parameters lie in one vector, and so do
their gradients, so that Adam and the soft target take a few calls each.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.functional import linear

from hrl.policies.network import NORM_EPSILON, Architecture, fresh_weights

_BETA1, _BETA2, _EPSILON = 0.9, 0.999, 1e-8


class Activations(NamedTuple):
    """What a batch became on its way to the heads, as the backward pass needs it.

    Attributes:
        outputs: the observations and every hidden layer's output, first to last.
        standard: of every LayerNorm its values of mean 0 and deviation 1, and 1 / the deviation before.
    """

    outputs: list[torch.Tensor]
    standard: list[tuple[torch.Tensor, torch.Tensor]]


class QNetwork(nn.Module):
    """`inputs → hidden... → Q-values`, dueling or plain, with or without LayerNorm.

    Args:
        architecture: the shapes.
        seed: for the first weights, which numpy draws so that they equal the `untrained` policy's.
        blind: places of inputs whose weights are 0 and stay 0.

    Attributes:
        flat: all parameters as one vector, in the order of `parameters()`, which are views of it. Its `grad`
            is what `backward` fills.
    """

    def __init__(self, architecture: Architecture, seed: int, blind: Sequence[int] = ()) -> None:
        super().__init__()
        sizes = (architecture.inputs, *architecture.hidden)
        self.body = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))
        self.advantage = nn.Linear(sizes[-1], architecture.actions)
        self.value = nn.Linear(sizes[-1], 1) if architecture.dueling else None
        normed = architecture.hidden if architecture.layer_norm else ()
        self.norm = nn.ModuleList(nn.LayerNorm(size) for size in normed)
        self.load_state_dict(
            {name: torch.from_numpy(value) for name, value in fresh_weights(architecture, seed).items()}
        )
        parameters = list(self.parameters())
        self.flat = torch.cat([parameter.detach().flatten() for parameter in parameters])
        self.flat.grad = torch.zeros_like(self.flat)
        for parameter, view in zip(parameters, _views(self.flat, parameters), strict=True):
            parameter.data = view
        gradients = _views(self.flat.grad, parameters)
        # Pairs of weight and bias, because reading them through the modules takes longer than a small sum:
        # the body's, then the heads', then gain and bias of every LayerNorm.
        self._layers = list(zip(parameters[::2], parameters[1::2], strict=True))
        self._gradients = list(zip(gradients[::2], gradients[1::2], strict=True))
        self._depth = len(architecture.hidden)
        self._norms = self._layers[len(self._layers) - len(normed) :]
        self._norm_gradients = self._gradients[len(self._layers) - len(normed) :]
        self._blind = torch.tensor(blind, dtype=torch.int64)
        self._hide([weight for weight, _ in self._layers])

    def forward(self, observation: torch.Tensor) -> torch.Tensor:
        """Q-values, shape `(batch, actions)`, of observations of shape `(batch, inputs)`."""
        return self.heads(self.activations(observation).outputs[-1])

    def activations(self, observation: torch.Tensor) -> Activations:
        """The hidden layers' outputs, and what `backward` needs besides."""
        passed = Activations([observation], [])
        for place, (weight, bias) in enumerate(self._layers[: self._depth]):
            hidden = linear(passed.outputs[-1], weight, bias)
            if self._norms:
                gain, shift = self._norms[place]
                passed.standard.append(_standardised(hidden))
                hidden = torch.addcmul(shift, passed.standard[-1][0], gain)
            passed.outputs.append(hidden.relu_())
        return passed

    def heads(self, hidden: torch.Tensor) -> torch.Tensor:
        """Q-values from the last hidden layer: V + A - mean(A), or A alone."""
        advantage: torch.Tensor = linear(hidden, *self._layers[self._depth])
        if self.value is None:
            return advantage
        value = linear(hidden, *self._layers[self._depth + 1])
        return value + advantage - advantage.mean(dim=1, keepdim=True)

    @torch.no_grad()
    def backward(self, passed: Activations, action: torch.Tensor, slope: torch.Tensor) -> None:
        """Write into `flat.grad` what the loss changes by with each parameter.

        Args:
            passed: `activations` of the batch.
            action: of each row, shape `(batch, 1)`.
            slope: by how much the loss changes with that action's Q-value, shape `(batch, 1)`.
        """
        # Q = V + A - mean(A) passes the slope on to V, and to A less its mean over the actions.
        outputs, (weight, _) = passed.outputs, self._layers[self._depth]
        advantage = slope.new_zeros(len(slope), len(weight)).scatter_(1, action, slope)
        if self.value is not None:
            advantage -= slope / len(weight)
        delta = self._into(self._depth, outputs[-1], advantage)
        if self.value is not None:
            delta += self._into(self._depth + 1, outputs[-1], slope)
        for place in reversed(range(self._depth)):
            delta *= outputs[place + 1] > 0
            if self._norms:
                delta = self._through_norm(place, *passed.standard[place], delta)
            delta = self._into(place, outputs[place], delta, last=place == 0)
        self._hide([weight for weight, _ in self._gradients])

    @torch.no_grad()
    def _hide(self, weights: Sequence[torch.Tensor]) -> None:
        """Put 0 at the blind inputs of those that read the observation: the first layer, or both heads."""
        if len(self._blind):
            for weight in weights[: 1 if self._depth else None]:
                weight.index_fill_(1, self._blind, 0.0)

    def _into(
        self, place: int, given: torch.Tensor, delta: torch.Tensor, *, last: bool = False
    ) -> torch.Tensor:
        """Gradients of a layer, from its input and its output's slope; the input's slope unless `last`."""
        weight, bias = self._gradients[place]
        torch.mm(delta.t(), given, out=weight)
        torch.sum(delta, 0, out=bias)
        return delta if last else delta @ self._layers[place][0]

    def _through_norm(
        self, place: int, standard: torch.Tensor, scale: torch.Tensor, delta: torch.Tensor
    ) -> torch.Tensor:
        """Gradients of a LayerNorm, from its output's slope; the slope of what it was given.

        Args:
            place: of the hidden layer.
            standard: see `Activations`, as `scale`.
            scale: 1 / the deviation.
            delta: the output's slope.
        """
        gain, shift = self._norm_gradients[place]
        torch.sum(delta * standard, 0, out=gain)
        torch.sum(delta, 0, out=shift)
        delta = delta * self._norms[place][0]
        # Mean and deviation follow the input: what would move them has no effect on the standardised values.
        along = (delta * standard).mean(dim=1, keepdim=True)
        delta -= delta.mean(dim=1, keepdim=True)
        return delta.addcmul_(standard, along, value=-1.0).mul_(scale)

    def views(self) -> dict[str, NDArray[np.float32]]:
        """Parameters as numpy arrays that share memory, so acting sees every update."""
        return {name: parameter.detach().numpy() for name, parameter in self.named_parameters()}


class Adam:
    """Adam (Kingma and Ba 2015, algorithm 1) on one vector, in place, with the paper's own constants.

    Args:
        flat: the parameters; their `grad` is read at every step.

    Attributes:
        mean, square: running means of the gradient and of its square.
        steps: taken so far.
    """

    def __init__(self, flat: torch.Tensor) -> None:
        self.steps = 0
        self.mean, self.square, self._size = (torch.zeros_like(flat) for _ in range(3))
        self._flat = flat

    def step(self, rate: float) -> None:
        """One step of this size against the gradient."""
        gradient = self._flat.grad
        assert gradient is not None, "the network allocates it"
        self.steps += 1
        self.mean.lerp_(gradient, 1 - _BETA1)
        self.square.mul_(_BETA2).addcmul_(gradient, gradient, value=1 - _BETA2)
        # Both means begin at 0; this is what takes that bias out of them.
        bias1, bias2 = 1 - _BETA1**self.steps, 1 - _BETA2**self.steps
        torch.sqrt(self.square, out=self._size).div_(bias2**0.5).add_(_EPSILON)
        self._flat.addcdiv_(self.mean, self._size, value=-rate / bias1)


def _standardised(hidden: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Every row with mean 0 and deviation 1, and 1 / the deviation that it had."""
    centred = hidden - hidden.mean(dim=1, keepdim=True)
    scale = centred.square().mean(dim=1, keepdim=True).add_(NORM_EPSILON).rsqrt_()
    return centred.mul_(scale), scale


def _views(flat: torch.Tensor, like: list[nn.Parameter]) -> list[torch.Tensor]:
    """The parts of a vector, in the shapes of `like`."""
    parts = flat.split([one.numel() for one in like])
    return [part.view_as(one) for part, one in zip(parts, like, strict=True)]
