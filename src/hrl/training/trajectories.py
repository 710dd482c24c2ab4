"""What options led to, kept: live episodes cost a model's time, learning from them costs none.

Each program has a tree: a path of options, from its start, leads to one outcome. Costs are kept, not
rewards, so prices may change. The file has a header that says what the outcomes depend on, then one JSON
line an outcome; another model, Executive or feature table needs another file.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from hrl.errors import RunError
from hrl.graphs.decision import HIERARCHICAL
from hrl.policies.base import ActionMask, Observation
from hrl.runs import LineFile, read_lines
from hrl.types import dump, load

FORMAT = "hrl-trajectories/1"
Options = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Led:
    """Where a path of options led; costs are those of its last option.

    Attributes:
        seen: the observation, `len(HIERARCHICAL.features)` numbers in 0..1.
        legal: numbers of the options that are legal there; none after `stop`.
        steps: primitive steps of the last option; 0 at the start.
        passed: the best program so far passes the tests that may be shown.
        solved: it was stopped, and the answer passes the hidden tests.
    """

    seen: tuple[float, ...]
    legal: tuple[int, ...]
    steps: int = 0
    tokens: int = 0
    model_calls: int = 0
    sandbox_runs: int = 0
    passed: bool = False
    solved: bool = False

    @property
    def observation(self) -> Observation:
        """Shape `(len(HIERARCHICAL.features),)`, float32."""
        return np.array(self.seen, dtype=np.float32)

    @property
    def mask(self) -> ActionMask:
        """Shape `(len(HIERARCHICAL.actions),)`; nothing is legal after `stop`."""
        mask = np.zeros(len(HIERARCHICAL.actions), dtype=np.bool_)
        mask[list(self.legal)] = True
        return mask


@dataclass
class Tree:
    """One program's outcomes by path; the empty path is its start."""

    kind: str
    led: dict[Options, Led] = field(default_factory=dict)

    def following(self, path: Options) -> list[int]:
        """Options whose outcome after this path is known, in order."""
        return [option for option in range(len(HIERARCHICAL.actions)) if (*path, option) in self.led]


class Trajectories:
    """Trees of outcomes by program; thread-safe.

    Args:
        path: the file, continued where it exists; None keeps them in memory.
        depends: what the outcomes depend on beside the programs: fingerprints of models and policies.

    Raises:
        RunError: the file is damaged, or its outcomes depend on something else.
        StorageFailure: it cannot be written.
    """

    def __init__(self, path: Path | None = None, depends: Mapping[str, str] | None = None) -> None:
        self._lock = threading.Lock()
        self._trees: dict[str, Tree] = {}
        self._head = {"format": FORMAT, "version": HIERARCHICAL.version, "depends": dict(depends or {})}
        known = self._read(path) if path else False
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._file = LineFile(path) if path else None
        if self._file is not None and not known:
            self._file.append(self._head)

    def __len__(self) -> int:
        with self._lock:
            return sum(len(tree.led) for tree in self._trees.values())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.__exit__(kind, error, trace)

    def names(self) -> list[str]:
        """Programs in which some option's outcome is known, in order of their names, whoever came first."""
        with self._lock:
            return sorted(name for name, tree in self._trees.items() if tree.following(()))

    def tree(self, program: str, kind: str = "") -> Tree:
        """A program's tree; an empty one where nothing is known yet."""
        with self._lock:
            return self._trees.setdefault(program, Tree(kind))

    def keep(self, program: str, path: Options, led: Led) -> None:
        """Keep an outcome; the first one of a path stays."""
        with self._lock:
            tree = self._trees.setdefault(program, Tree(""))
            if path in tree.led:
                return
            tree.led[path] = led
        if self._file is not None:
            row = {"program": program, "kind": tree.kind, "path": list(path), "led": dump(led)}
            self._file.append(row)

    def _read(self, path: Path) -> bool:
        """Take in what the file holds; False where it holds nothing."""
        rows = read_lines(path)
        head = next(rows, None)
        if head is not None and head != self._head:
            raise RunError(f"{path} holds outcomes of {_depends(head)}, not of {_depends(self._head)}")
        for number, row in enumerate(rows, 2):
            try:
                tree = self._trees.setdefault(row["program"], Tree(row["kind"]))
                tree.led.setdefault(tuple(row["path"]), load(Led, row["led"]))
            except (KeyError, TypeError, ValueError):
                raise RunError(f"line {number} of {path} holds no outcome of options") from None
        return head is not None


def _depends(head: object) -> str:
    """What a header says, for a sentence."""
    if not isinstance(head, dict) or not isinstance(head.get("depends"), dict):
        return "something else"
    parts = [f"{name} {value}" for name, value in head["depends"].items()]
    return ", ".join([*parts, f"features {head.get('version')}"])
