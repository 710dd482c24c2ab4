"""Lets the episodes of a wave take their first action together, so that their requests are one batch.

Only a convenience: an episode that does not come (a resumed run has fewer of them) is waited for briefly.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

PATIENCE = 1.0


class Gate:
    """Opens when `size` threads have arrived or one has waited for `patience` seconds; then stays open."""

    def __init__(self, size: int, patience: float = PATIENCE) -> None:
        self._missing = size
        self._patience = patience
        self._open = threading.Event()
        self._lock = threading.Lock()

    def arrive(self) -> None:
        """Wait for the others."""
        with self._lock:
            self._missing -= 1
            if self._missing <= 0:
                self._open.set()
        self._open.wait(self._patience)
        self._open.set()


class Gates:
    """One gate for each wave."""

    def __init__(self, most: int, patience: float = PATIENCE) -> None:
        self._most = most
        self._patience = patience
        self._gates: dict[tuple[str, ...], Gate] = {}
        self._lock = threading.Lock()

    def arrive(self, wave: Sequence[str]) -> None:
        """Pass the gate of a wave, given by its episodes, of which at most `most` run at a time."""
        with self._lock:
            gate = self._gates.setdefault(tuple(wave), Gate(min(len(wave), self._most), self._patience))
        gate.arrive()
