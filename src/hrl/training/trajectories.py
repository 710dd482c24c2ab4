"""What decisions led to, kept: live episodes cost a model's time, learning from them costs none.

Each program has a tree: a path of options, from its start, leads to one outcome; so has each exercise of the
Executive, by actions. A walk goes along one path, live or where others have been. Costs are kept, not
rewards, so prices may change. The file has a header that says what the outcomes depend on, then one JSON line
an outcome; another model, Executive or feature table needs another file.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np

from hrl.errors import RunError
from hrl.graphs.decision import HIERARCHICAL
from hrl.policies.base import ActionMask, DecisionSpec, Observation
from hrl.runs import LineFile, read_lines
from hrl.types import dump, load

FORMAT = "hrl-trajectories/2"
TRAJECTORIES = "trajectories.jsonl"  # in a training's directory
CHOICES = 5  # at either level
Options = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Led:
    """Where a path of options or actions led; costs are those of the last one.

    Attributes:
        seen: the observation, a number for each feature of the level.
        legal: numbers of what is legal there; none after `stop`.
        steps: primitive steps of the last option; 0 at the start.
        passed: the best program so far passes the tests that may be shown.
        solved: it was stopped, and the answer passes the hidden tests.
        seconds: of the sandbox; the Executive's alone, like what follows.
        share: of the tests that the best program passes, for shaping; 0 after `stop`.
        spent: a budget ended the episode.
    """

    seen: tuple[float, ...]
    legal: tuple[int, ...]
    steps: int = 0
    tokens: int = 0
    model_calls: int = 0
    sandbox_runs: int = 0
    passed: bool = False
    solved: bool = False
    seconds: float = 0.0
    searches: int = 0
    share: float = 0.0
    spent: bool = False

    @property
    def observation(self) -> Observation:
        """Shape `(features,)`, float32."""
        return np.array(self.seen, dtype=np.float32)

    @property
    def mask(self) -> ActionMask:
        """Shape `(CHOICES,)`; nothing is legal after `stop`."""
        mask = np.zeros(CHOICES, dtype=np.bool_)
        mask[list(self.legal)] = True
        return mask


@dataclass
class Tree:
    """One program's outcomes by path; the empty path is its start."""

    kind: str
    led: dict[Options, Led] = field(default_factory=dict)

    def following(self, path: Options) -> list[int]:
        """What was taken after this path, in order."""
        return [choice for choice in range(CHOICES) if (*path, choice) in self.led]


class Trajectories:
    """Trees of outcomes by program or exercise; thread-safe.

    Args:
        path: the file, continued where it exists; None keeps them in memory.
        depends: what the outcomes depend on beside the programs: fingerprints of models and policies.
        decision: whose observations they hold.

    Raises:
        RunError: the file is damaged, or its outcomes depend on something else.
        StorageFailure: it cannot be written.
    """

    def __init__(
        self,
        path: Path | None = None,
        depends: Mapping[str, str] | None = None,
        decision: DecisionSpec = HIERARCHICAL,
    ) -> None:
        self._lock = threading.Lock()
        self._trees: dict[str, Tree] = {}
        level = {} if decision is HIERARCHICAL else {"decision": decision.name}
        self._head = {
            "format": FORMAT,
            "version": decision.version,
            **level,
            "depends": dict(depends or {}),
        }
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

    @staticmethod
    def of(path: Path, decision: DecisionSpec) -> Trajectories:
        """What a file holds, whatever it depends on; kept in memory from then on.

        Raises:
            RunError: it cannot be read, is damaged, or holds something else than this level's outcomes.
        """
        head = next(read_lines(path), None)
        depends = head.get("depends") if isinstance(head, dict) else None
        found = Trajectories(None, depends if isinstance(depends, dict) else {}, decision)
        found._read(path)
        return found

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


class Walk(Protocol):
    """One run of a program, or one episode of an exercise, as far as it went.

    Attributes: its `name`, its `kind`, the `path` so far, and where it led: `here`.
    """

    name: str
    kind: str
    path: Options
    here: Led

    @property
    def available(self) -> ActionMask:
        """What can be taken; legal choices that nobody knows the outcome of may be missing."""
        ...

    def take(self, option: int) -> Led:
        """Take an available option or action.

        Raises:
            EnvironmentFailure: the model or the sandbox, not a program, failed; nothing is kept of it.
        """
        ...


class StoredWalk:
    """Recalls what live walks found; where none went on, no option is available.

    Args:
        name: of the program.
        tree: its outcomes; the start is among them.
    """

    def __init__(self, name: str, tree: Tree) -> None:
        self.name, self.kind, self.tree = name, tree.kind, tree
        self.path: Options = ()
        self.here = tree.led[()]

    @property
    def available(self) -> ActionMask:
        """Legal options whose outcome is known."""
        known = np.zeros_like(self.here.mask)
        known[self.tree.following(self.path)] = True
        return known & self.here.mask

    def take(self, option: int) -> Led:
        """Recall; KeyError where nobody took that option."""
        path = (*self.path, option)
        self.here = self.tree.led[path]
        self.path = path
        return self.here


def _depends(head: object) -> str:
    """What a header says, for a sentence."""
    if not isinstance(head, dict) or not isinstance(head.get("depends"), dict):
        return "something else"
    parts = [f"{name} {value}" for name, value in head["depends"].items()]
    return ", ".join([*parts, f"features {head.get('version')}"])
