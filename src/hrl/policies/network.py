"""The Q-network's forward pass in numpy, so that deciding needs no torch and takes microseconds.

The layout is the learner's (`hrl.training.network`): `body.N.weight`, `body.N.bias`, and either
`value.*` and `advantage.*` (dueling, Wang et al. 2016) or `advantage.*` alone; with LayerNorm (Ba et al.
2016) `norm.N.weight`, its gain, and `norm.N.bias` as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Weights = Mapping[str, NDArray[np.float32]]
# Finite, because -inf times 0 is NaN.
MASKED = np.float32(-1e9)
NORM_EPSILON = 1e-5  # torch's own, added to LayerNorm's variance
_ZERO = np.float32(0.0)


@dataclass(frozen=True, slots=True)
class Architecture:
    """Shapes of a Q-network: `inputs → hidden... → actions`, LayerNorm before every ReLU or none."""

    inputs: int
    hidden: tuple[int, ...]
    actions: int
    dueling: bool = True
    layer_norm: bool = False

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Every parameter's name and shape, in a fixed order."""
        sizes = (self.inputs, *self.hidden)
        heads = {"value": 1, "advantage": self.actions} if self.dueling else {"advantage": self.actions}
        shapes: dict[str, tuple[int, ...]] = {}
        for place, (wide, narrow) in enumerate(pairwise(sizes)):
            shapes[f"body.{place}.weight"] = (narrow, wide)
            shapes[f"body.{place}.bias"] = (narrow,)
            if self.layer_norm:
                shapes[f"norm.{place}.weight"] = shapes[f"norm.{place}.bias"] = (narrow,)
        for head, outputs in heads.items():
            shapes[f"{head}.weight"] = (outputs, sizes[-1])
            shapes[f"{head}.bias"] = (outputs,)
        return shapes


def fresh_weights(architecture: Architecture, seed: int) -> dict[str, NDArray[np.float32]]:
    """Untrained parameters: uniform within ±1/sqrt(fan in), as torch's `Linear` does.

    LayerNorm's gains are 1 and its biases 0; the others are those of the same network without it.
    """
    generator = np.random.default_rng(seed)
    weights: dict[str, NDArray[np.float32]] = {}
    for name, shape in architecture.shapes().items():
        if name.startswith("norm."):
            weights[name] = np.full(shape, name.endswith("weight"), dtype=np.float32)
            continue
        fan_in = architecture.shapes()[name.replace("bias", "weight")][1]
        weights[name] = generator.uniform(-1.0, 1.0, shape).astype(np.float32) / np.float32(np.sqrt(fan_in))
    return weights


def q_values(
    weights: Weights, architecture: Architecture, observation: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Q-values of one observation, shape `(actions,)`: V + A - mean(A) when dueling."""
    hidden, layer_norm = observation, architecture.layer_norm
    for weight, bias, gain, shift in _body(len(architecture.hidden)):
        hidden = weights[weight].dot(hidden)
        hidden += weights[bias]
        if layer_norm:
            _normalise(hidden, weights[gain], weights[shift])
        np.maximum(hidden, _ZERO, out=hidden)
    advantage = weights["advantage.weight"].dot(hidden)
    advantage += weights["advantage.bias"]
    if not architecture.dueling:
        return advantage
    value = weights["value.weight"].dot(hidden)
    value += weights["value.bias"]
    # `advantage.mean()` gives the same bits and takes as long as two layers.
    result: NDArray[np.float32] = value + advantage
    result -= np.add.reduce(advantage) / np.float32(architecture.actions)
    return result


def folded(
    weights: Weights, architecture: Architecture
) -> tuple[dict[str, NDArray[np.float32]], Architecture]:
    """The same network without dueling: V + A - mean(A) is linear in the last layer, so one head gives it."""
    if not architecture.dueling:
        return dict(weights), architecture
    joined = {name: value for name, value in weights.items() if name.startswith(("body.", "norm."))}
    for part in ("weight", "bias"):
        advantage = weights[f"advantage.{part}"]
        joined[f"advantage.{part}"] = advantage - advantage.mean(axis=0) + weights[f"value.{part}"]
    return joined, replace(architecture, dueling=False)


def mean_network(
    members: Sequence[Weights], architecture: Architecture
) -> tuple[dict[str, NDArray[np.float32]], Architecture]:
    """One network whose values are the mean of its members' values: their layers lie side by side.

    Args:
        members: parameters of networks that share an architecture.
        architecture: theirs.

    Raises:
        ValueError: they have LayerNorm, which would take all members' layers for one.
    """
    if architecture.layer_norm:
        raise ValueError("networks with LayerNorm cannot be joined into one")
    count = len(members)
    wide = replace(architecture, hidden=tuple(width * count for width in architecture.hidden))
    joined = {}
    for name, shape in wide.shapes().items():
        parts = [weights[name] for weights in members]
        if name.startswith("body."):
            joined[name] = _blocks(parts, shape)
        elif name.endswith("weight") and architecture.hidden:
            joined[name] = np.hstack(parts) / np.float32(count)
        else:
            joined[name] = np.mean(parts, axis=0, dtype=np.float32)
    return joined, wide


def _normalise(hidden: NDArray[np.float32], gain: NDArray[np.float32], shift: NDArray[np.float32]) -> None:
    """LayerNorm of one layer, in place."""
    hidden -= np.add.reduce(hidden) / np.float32(len(hidden))
    variance = hidden.dot(hidden) / np.float32(len(hidden))
    hidden *= gain / np.sqrt(variance + np.float32(NORM_EPSILON))
    hidden += shift


def _blocks(parts: Sequence[NDArray[np.float32]], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """A hidden layer of all members: below each other, and next to each other where their inputs are too."""
    whole = np.zeros(shape, dtype=np.float32)
    high = len(parts[0])
    for place, part in enumerate(parts):
        rows = whole[place * high : (place + 1) * high]
        if part.shape[1:] == shape[1:]:
            rows[...] = part
        else:
            rows[:, place * part.shape[1] : (place + 1) * part.shape[1]] = part
    return whole


@cache
def _body(depth: int) -> tuple[tuple[str, str, str, str], ...]:
    """Names of the hidden layers' weights and biases, and of their LayerNorms' gains and biases."""
    return tuple(
        (f"body.{place}.weight", f"body.{place}.bias", f"norm.{place}.weight", f"norm.{place}.bias")
        for place in range(depth)
    )
