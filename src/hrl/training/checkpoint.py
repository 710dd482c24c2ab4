"""A checkpoint is one safetensors file: tensors, and the plain values as JSON in its header.

It is written whole or not at all, and nothing is unpickled when it is read.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from hrl.errors import RunError
from hrl.runs import storage_failure, write_atomic


def write_checkpoint(path: Path, plain: dict[str, Any], tensors: dict[str, torch.Tensor]) -> None:
    """Write and rename into place.

    Raises:
        StorageFailure: it cannot be written.
    """
    data = save({name: value.contiguous() for name, value in tensors.items()}, {"plain": json.dumps(plain)})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise storage_failure(problem, path) from None
    write_atomic(path, data)


def read_checkpoint(path: Path) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """What `write_checkpoint` wrote.

    Raises:
        RunError: missing or not a checkpoint.
    """
    try:
        with safe_open(path, framework="pt") as file:
            plain = json.loads(file.metadata()["plain"])
            return plain, {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as problem:
        raise RunError(f"{path} is not a checkpoint that can be read: {problem}") from None
