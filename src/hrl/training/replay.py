"""Experience: n-step rows and the ring that keeps them.

A row carries its own discount, so n-step rows and options of k primitive steps have one format:
`target = reward + row_discount · Q(next_observation)`, with `row_discount` 0 only where terminated.
Windows are complete before they enter the ring, so none ever crosses its seam or an episode's end.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hrl.policies.base import ActionMask, Observation

Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Transition:
    """One decision and where it led; `discount` is gamma^k for an option of k primitive steps."""

    observation: Observation
    action: int
    reward: float
    next_observation: Observation
    next_mask: ActionMask
    terminated: bool
    truncated: bool
    discount: float


@dataclass(frozen=True, slots=True)
class Row:
    """What the learner learns from."""

    observation: Observation
    action: int
    reward: float
    next_observation: Observation
    next_mask: ActionMask
    row_discount: float


class NStepWindow:
    """Turns transitions into n-step rows; an episode's end, of either kind, cuts the window."""

    def __init__(self, n: int) -> None:
        if n < 1:
            raise ValueError("an n-step window has at least one step")
        self._n = n
        self._pending: deque[Transition] = deque()

    def __len__(self) -> int:
        return len(self._pending)

    def add(self, transition: Transition) -> list[Row]:
        """The rows that this transition completes, oldest first."""
        self._pending.append(transition)
        if transition.terminated or transition.truncated:
            rows = []
            while self._pending:
                rows.append(self._row())
                self._pending.popleft()
            return rows
        if len(self._pending) < self._n:
            return []
        row = self._row()
        self._pending.popleft()
        return [row]

    def _row(self) -> Row:
        """The window's first decision, with what followed it."""
        reward, discount = 0.0, 1.0
        for transition in self._pending:
            reward += discount * transition.reward
            discount *= transition.discount
        first, last = self._pending[0], self._pending[-1]
        return Row(
            first.observation,
            first.action,
            reward,
            last.next_observation,
            last.next_mask,
            0.0 if last.terminated else discount,
        )


class ReplayBuffer:
    """A ring of rows, sampled uniformly with replacement.

    Args:
        capacity: rows kept; the oldest is overwritten.
        inputs: length of an observation.
        actions: length of a mask.
    """

    def __init__(self, capacity: int, inputs: int, actions: int) -> None:
        self._capacity = capacity
        self._added = 0
        self._columns: Columns = {
            "observation": np.zeros((capacity, inputs), dtype=np.float32),
            "action": np.zeros(capacity, dtype=np.int64),
            "reward": np.zeros(capacity, dtype=np.float32),
            "next_observation": np.zeros((capacity, inputs), dtype=np.float32),
            "next_mask": np.zeros((capacity, actions), dtype=np.bool_),
            "row_discount": np.zeros(capacity, dtype=np.float32),
        }

    def __len__(self) -> int:
        return min(self._added, self._capacity)

    def add(self, row: Row) -> None:
        """Keep a row.

        Raises:
            ValueError: a row that bootstraps needs a next mask that allows something.
        """
        if row.row_discount and not row.next_mask.any():
            raise ValueError("the next mask allows no action, but the row bootstraps")
        place = self._added % self._capacity
        for name, column in self._columns.items():
            column[place] = getattr(row, name)
        self._added += 1

    def sample(self, size: int, generator: np.random.Generator) -> Columns:
        """`size` rows, as columns."""
        places = generator.integers(0, len(self), size)
        return {name: column[places] for name, column in self._columns.items()}

    def state(self) -> tuple[int, Columns]:
        """How many rows were ever added, and the filled part of the ring."""
        return self._added, {name: column[: len(self)] for name, column in self._columns.items()}

    def restore(self, added: int, columns: Columns) -> None:
        """The inverse of `state`."""
        self._added = added
        for name, column in self._columns.items():
            column[: len(self)] = columns[name]
