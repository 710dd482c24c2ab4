"""What the search action talks to."""

from __future__ import annotations

from typing import Protocol

from hrl.types import Passage


class Retriever(Protocol):
    """Finds passages in the task's documents first, then in the standard library's docstrings."""

    def search(self, query: str, *, limit: int = 3) -> tuple[Passage, ...]:
        """The best passages, best first; pure: the same query finds the same passages. Thread-safe."""
        ...

    @property
    def has_documents(self) -> bool:
        """Whether the task attached documents."""
        ...
