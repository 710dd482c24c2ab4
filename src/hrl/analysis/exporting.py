"""A policy file, copied elsewhere as it is, or written as one plain JSON file for other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hrl.analysis.opening import Opened
from hrl.config import given_path
from hrl.errors import BadInput
from hrl.executive import EXECUTIVE
from hrl.policies import GreedyPolicy
from hrl.policies.base import DecisionSpec
from hrl.policies.files import paths
from hrl.runs import storage_failure, write_atomic
from hrl.types import dump

PLAIN = "hrl-policy-plain/1"
_FORWARD = (
    "h = features; for every body layer in order: {layer}. advantage = W h + b; "
    "with a value head Q = value + advantage - mean(advantage), else Q = advantage. "
    "Choose the legal action of the highest Q, the first among equals."
)
_LAYER = "h = max(0, W h + b)"
_NORMED_LAYER = (
    "z = W h + b and h = max(0, g (z - mean(z)) / sqrt(mean((z - mean(z))^2) + 1e-5) + s), "
    "where g and s are weight and bias of the norm layer of the same number"
)


def export_file(opened: Opened, place: Path) -> tuple[Path, ...]:
    """Copy weights and card, so that `--policy PLACE` loads them; the files written, the card last.

    Args:
        opened: a policy that comes from a file.
        place: a directory (the files get the decision process's name), or the stem of both files.

    Raises:
        BadInput: a rule, or something that is there already.
        PolicyFileError: the policy cannot be used.
        StorageFailure: it cannot be written.
    """
    _network(opened)
    assert opened.file is not None, "a network without a file is refused"
    targets = paths(place / opened.decision.name if place.is_dir() else place)
    _free(*targets)
    try:
        targets[0].parent.mkdir(parents=True, exist_ok=True)
        for source, target in zip(paths(opened.file), targets, strict=True):
            write_atomic(target, source.read_bytes())
    except OSError as problem:
        raise storage_failure(problem, place) from None
    return targets


def export_plain(opened: Opened, place: Path) -> tuple[Path, ...]:
    """Write card, feature table, layers and the forward pass in words as one JSON file.

    Args:
        opened: a policy that comes from a file.
        place: the file.

    Raises:
        BadInput, PolicyFileError, StorageFailure: as `export_file`.
    """
    network = _network(opened)
    if place.is_dir():
        raise BadInput(f"{place} is a directory; name a file")
    _free(place)
    if not place.parent.is_dir():
        raise BadInput(f"{place} cannot be written: the directory {place.parent} does not exist")
    write_atomic(place, json.dumps(_plain(opened, network), ensure_ascii=False) + "\n")
    return (place,)


def _plain(opened: Opened, network: GreedyPolicy) -> dict[str, Any]:
    spec: DecisionSpec = opened.decision
    return {
        "format": PLAIN,
        "decision": dump(spec),
        "card": dump(opened.card) if opened.card else None,
        "forward": _FORWARD.format(layer=_NORMED_LAYER if network.architecture.layer_norm else _LAYER),
        "layers": {name: network.weights[name].tolist() for name in network.architecture.shapes()},
    }


def _network(opened: Opened) -> GreedyPolicy:
    policy = opened.usable
    if opened.file is None or not isinstance(policy, GreedyPolicy):
        flag = "--policy" if opened.decision.name == EXECUTIVE.name else "--hierarchical"
        raise BadInput(f"{opened.spec} is no file: `{flag} {opened.spec}` works wherever hrl is installed")
    return policy


def _free(*targets: Path) -> None:
    for target in targets:
        if given_path(target).exists():
            raise BadInput(f"{target} exists already")
