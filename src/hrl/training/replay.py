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
from hrl.training.priorities import Places, Priorities

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
    """A ring of rows, sampled with replacement: uniformly, or by priority.

    Args:
        capacity: rows kept; the oldest is overwritten.
        inputs: length of an observation.
        actions: length of a mask.
        priority_exponent: of `Priorities`; 0 samples uniformly.
    """

    def __init__(self, capacity: int, inputs: int, actions: int, priority_exponent: float = 0.0) -> None:
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
        self._priorities = Priorities(capacity, priority_exponent) if priority_exponent else None

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
        if self._priorities:
            self._priorities.add(place)
        self._added += 1

    def sample(self, size: int, generator: np.random.Generator, importance_exponent: float = 0.0) -> Columns:
        """`size` rows, as columns; by priority with two more: `place`, and `weight`, how much a row counts.

        Args:
            size: of the batch.
            generator: draws the rows.
            importance_exponent: of `Priorities.weights`.
        """
        if not self._priorities:
            return self._rows(generator.integers(0, len(self), size))
        places = self._priorities.draw(size, len(self), generator)
        weights = self._priorities.weights(places, len(self), importance_exponent)
        return {**self._rows(places), "place": places, "weight": weights}

    def prioritise(self, places: Places, errors: NDArray[np.float32]) -> None:
        """Note the TD errors of sampled rows; uniform sampling asks for none."""
        if self._priorities:
            self._priorities.update(places, errors)

    def state(self) -> tuple[int, Columns]:
        """How many rows were ever added, and the filled part of the ring, with its priorities."""
        columns = {name: column[: len(self)] for name, column in self._columns.items()}
        return self._added, columns | (self._priorities.state(len(self)) if self._priorities else {})

    def restore(self, added: int, columns: Columns) -> None:
        """The inverse of `state`."""
        self._added = added
        for name, column in self._columns.items():
            column[: len(self)] = columns[name]
        if self._priorities:
            self._priorities.restore(columns)

    def _rows(self, places: Places) -> Columns:
        return {name: column[places] for name, column in self._columns.items()}
