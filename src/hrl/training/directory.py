"""A training's directory: one recipe for each, and which of its stages are finished."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hrl.errors import BadInput, RunError
from hrl.runs import write_atomic


def claim(out: Path, mine: dict[str, Any], *, free: tuple[str, ...], resume: bool) -> None:
    """Make the directory one training's own, or make sure that it is this one's.

    Args:
        out: made where it is missing; `recipe.json` in it says whose it is.
        mine: everything that decides about the result, as plain values.
        free: entries that a resumed training may change.
        resume: go on with what is there.

    Raises:
        BadInput: it holds a training already, and `resume` was not asked for.
        RunError: there is nothing to resume, or it was started with something else.
        StorageFailure: it cannot be written.
    """
    path, plain = out / "recipe.json", json.loads(json.dumps(mine))
    if resume:
        known = _read(path)
        different = sorted(key for key in plain if key not in free and known.get(key) != plain[key])
        if different:
            raise RunError(f"{out} was started with another {' and '.join(different)}; it cannot be resumed")
    elif path.exists():
        raise BadInput(f"{out} holds a training already: choose another directory, or add --resume")
    out.mkdir(parents=True, exist_ok=True)
    write_atomic(path, json.dumps(plain, indent=1) + "\n")


def stages(out: Path) -> list[str]:
    """Stages that an earlier session finished.

    Raises:
        RunError: the list cannot be read.
    """
    path = out / "stages.json"
    return [str(stage) for stage in _read(path)] if path.exists() else []


def write_stages(out: Path, finished: Iterable[str]) -> None:
    """Note which stages are finished.

    Raises:
        StorageFailure: it cannot be written.
    """
    write_atomic(out / "stages.json", json.dumps(sorted(finished), indent=1) + "\n")


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(f"{path.parent} holds no training that could be resumed") from None
    except (OSError, ValueError) as problem:
        raise RunError(f"{path} cannot be read: {problem}") from None
