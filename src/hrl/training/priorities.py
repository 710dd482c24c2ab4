"""Which rows of a ring are drawn: proportional prioritised replay (Schaul et al. 2016).

A row is drawn with `P(i) = p_i^alpha / Σ p^alpha`, where p is its last |TD error| plus a little, and enters
the update with the weight `(N · P(i))^-beta`, divided by the largest of its batch. The sum tree is one array:
the children of node n are 2n and 2n + 1. Every sum is of its two children and never changed by differences,
so that the tree follows from its leaves, bit for bit. The paper's rank-based variant is left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]
_FLOOR = 1e-6  # what a row without any error still has, so that it is drawn again some day


class Priorities:
    """The priorities of a ring's rows.

    Args:
        capacity: rows of the ring.
        exponent: alpha, above 0; 1 draws in proportion to the error.
    """

    def __init__(self, capacity: int, exponent: float) -> None:
        self._exponent = exponent
        self._leaves = 1 << max(0, capacity - 1).bit_length()
        self._tree = np.zeros(2 * self._leaves)
        self._highest = 1.0

    def add(self, place: int) -> None:
        """A new row: as high as any ever was, so that it is soon drawn."""
        node = self._leaves + place
        self._tree[node] = self._highest
        while node > 1:
            node //= 2
            self._tree[node] = self._tree[2 * node] + self._tree[2 * node + 1]

    def update(self, places: Places, errors: NDArray[np.float32]) -> None:
        """What the rows of a batch turned out to be: a row that was drawn twice has its last error."""
        priorities = (np.abs(errors.astype(np.float64)) + _FLOOR) ** self._exponent
        self._highest = max(self._highest, float(priorities.max()))
        self._set(places, priorities)

    def draw(self, size: int, count: int, generator: np.random.Generator) -> Places:
        """Places of `size` rows, one from each of as many equal parts of the sum.

        Args:
            size: of the batch.
            count: rows that the ring holds, at its beginning.
            generator: gives one number a row.
        """
        left = (np.arange(size) + generator.random(size)) * (self._tree[1] / size)
        nodes = np.ones(size, dtype=np.intp)
        for _ in range(self._leaves.bit_length() - 1):
            nodes *= 2
            below = self._tree[nodes]
            right = left >= below
            left -= below * right
            nodes += right
        # Rounding may lead past the last row.
        return np.minimum(nodes - self._leaves, count - 1)

    def probabilities(self, places: Places) -> NDArray[np.float64]:
        """How probable each of these is in one draw."""
        return self._tree[self._leaves + places] / self._tree[1]

    def weights(self, places: Places, count: int, exponent: float) -> NDArray[np.float32]:
        """Importance weights of a batch; the largest is 1.

        Args:
            places: of its rows.
            count: rows that the ring holds.
            exponent: beta; 1 takes out all of the bias that drawing brings in, 0 nothing.
        """
        weights = (count * self.probabilities(places)) ** -exponent
        return (weights / weights.max()).astype(np.float32)

    def state(self, count: int) -> dict[str, NDArray[np.float64]]:
        """Everything that the next draw depends on, of the ring's first `count` rows."""
        leaves = self._tree[self._leaves : self._leaves + count]
        return {"priority": leaves, "highest_priority": np.array([self._highest])}

    def restore(self, state: dict[str, NDArray[np.float64]]) -> None:
        """The inverse of `state`."""
        self._highest = float(state["highest_priority"][0])
        self._tree[:] = 0.0
        self._set(np.arange(len(state["priority"])), state["priority"])

    def _set(self, places: Places, priorities: NDArray[np.float64]) -> None:
        """Leaves, and every sum above them; a node that comes twice gets the same sum twice."""
        nodes = self._leaves + places
        self._tree[nodes] = priorities
        for _ in range(self._leaves.bit_length() - 1):
            nodes = nodes // 2
            self._tree[nodes] = self._tree[2 * nodes] + self._tree[2 * nodes + 1]
