"""The `ChatModel` seam."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hrl.llm.requests import Call, Completion


class ChatModel(Protocol):
    """A language model behind a prompt style.

    Attributes:
        name: the spec as people write it, for example `bundled` or `openai:qwen@http://...`.
        fingerprint: identifies weights (or server and model name) and prompt style; part of cache keys.
        style: prompt style and the hash of its files, for example `compact@1f2e3d4c`.
    """

    name: str
    fingerprint: str
    style: str

    def complete(self, calls: Sequence[Call]) -> list[Completion]:
        """Answer all calls, in order, in one batch where the backend can. Thread-safe.

        Raises:
            ModelUnavailable: the backend cannot answer. What a model says, however broken, never raises.
        """
        ...

    def close(self) -> None:
        """Free what the model holds; idempotent."""
        ...
