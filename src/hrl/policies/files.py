"""The policy file: `NAME.safetensors` with the weights beside `NAME.json`, the card.

The card repeats the feature table's names and version and the digest of the weights, so that a file
made for other features, or a damaged one, is refused instead of misread. Nothing is ever unpickled.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load, save

from hrl.errors import PolicyFileError, StorageFailure
from hrl.policies.base import DecisionSpec
from hrl.policies.greedy import GreedyPolicy
from hrl.policies.network import Architecture, Weights
from hrl.types import dump
from hrl.types import load as parse


@dataclass(frozen=True, slots=True)
class PolicyCard:
    """What a policy is and where it comes from.

    Attributes:
        name: what reports and traces call it.
        decision, version: the decision process and the version of its feature table.
        actions, features: their names, in order.
        weights: SHA-256 of the safetensors file.
        layer_norm: whether the network has LayerNorm; a card that does not say so is of one that has none.
        command, recipe, seed, steps, date: how it was made.
        tables: results by title, each a list of rows.
        notes: what one has to know before using it.
    """

    name: str
    decision: str
    version: int
    actions: tuple[str, ...]
    features: tuple[str, ...]
    hidden: tuple[int, ...]
    dueling: bool
    weights: str
    layer_norm: bool = False
    command: str = ""
    recipe: dict[str, Any] = field(default_factory=dict)
    seed: int = 0
    steps: int = 0
    date: str = ""
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    format: Literal["hrl-policy/1"] = "hrl-policy/1"


def save_policy(
    path: Path,
    weights: Weights,
    decision: DecisionSpec,
    architecture: Architecture,
    *,
    name: str,
    **about: Any,
) -> PolicyCard:
    """Write weights and card, the card last; `path` is either file or their common stem.

    Args:
        path: where to write; missing directories are made.
        weights: parameters by name.
        decision: the decision process that the policy is for.
        architecture: the network's shape.
        name: what reports and traces call the policy.
        about: further fields of `PolicyCard`.

    Raises:
        StorageFailure: it cannot be written.
    """
    data = save({key: np.ascontiguousarray(weights[key]) for key in architecture.shapes()})
    card = PolicyCard(
        name=name,
        decision=decision.name,
        version=decision.version,
        actions=decision.actions,
        features=tuple(entry.name for entry in decision.features),
        hidden=architecture.hidden,
        dueling=architecture.dueling,
        weights=hashlib.sha256(data).hexdigest(),
        layer_norm=architecture.layer_norm,
        **about,
    )
    weights_path, card_path = paths(path)
    try:
        weights_path.parent.mkdir(parents=True, exist_ok=True)
        _write(weights_path, data)
        _write(card_path, (json.dumps(dump(card), indent=1, ensure_ascii=False) + "\n").encode())
    except OSError as problem:
        raise StorageFailure(f"the policy {weights_path} cannot be written: {problem}") from None
    return card


def read_policy(path: Path, decision: DecisionSpec) -> GreedyPolicy:
    """The greedy policy of a file.

    Raises:
        PolicyFileError: missing, corrupt, or made for something else.
    """
    card = read_card(path)
    _check(card, decision, path)
    architecture = Architecture(
        len(card.features), card.hidden, len(card.actions), card.dueling, card.layer_norm
    )
    return GreedyPolicy(card.name, _weights(path, card, architecture), architecture)


def read_card(path: Path) -> PolicyCard:
    """The card beside the weights.

    Raises:
        PolicyFileError: missing, or not a card.
    """
    card_path = paths(path)[1]
    try:
        return parse(PolicyCard, json.loads(card_path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise PolicyFileError(f"the policy card {card_path} is missing") from None
    except (OSError, ValueError, ValidationError):
        raise PolicyFileError(f"{card_path} is not a policy card that this hrl can read") from None


def paths(path: Path) -> tuple[Path, Path]:
    """The weights file and the card of a policy given by either, or by their common stem."""
    stem = path.with_suffix("") if path.suffix in (".safetensors", ".json") else path
    return Path(f"{stem}.safetensors"), Path(f"{stem}.json")


def _check(card: PolicyCard, decision: DecisionSpec, path: Path) -> None:
    if card.decision != decision.name:
        raise PolicyFileError(f"the policy {path} decides for {card.decision}, not for {decision.name}")
    features = tuple(entry.name for entry in decision.features)
    if (card.version, card.actions, card.features) != (decision.version, decision.actions, features):
        raise PolicyFileError(
            f"the policy {path} was made for version {card.version} of the {decision.name} features, this "
            f"hrl uses version {decision.version}: train it again with `hrl train {decision.name}`"
        )


def _weights(path: Path, card: PolicyCard, architecture: Architecture) -> dict[str, NDArray[np.float32]]:
    weights_path = paths(path)[0]
    try:
        data = weights_path.read_bytes()
    except OSError:
        raise PolicyFileError(f"the policy weights {weights_path} cannot be read") from None
    if hashlib.sha256(data).hexdigest() != card.weights:
        raise PolicyFileError(f"{weights_path} is corrupt: it is not the file that its card describes")
    try:
        weights = load(data)
    except (SafetensorError, ValueError) as problem:
        raise PolicyFileError(f"{weights_path} is not a safetensors file: {problem}") from None
    shapes = {key: value.shape for key, value in weights.items()}
    if shapes != architecture.shapes():
        raise PolicyFileError(f"{weights_path} holds other layers than its card describes")
    if any(value.dtype != np.float32 or not np.isfinite(value).all() for value in weights.values()):
        raise PolicyFileError(f"{weights_path} holds weights that are not finite 32-bit numbers")
    return weights


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(data)
    partial.replace(path)
