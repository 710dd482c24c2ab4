"""Language models behind one protocol, always batched."""

from __future__ import annotations

from hrl.llm.batching import BatchingModel
from hrl.llm.cache import ReplyCache
from hrl.llm.opening import open_model
from hrl.llm.specs import resolve_spec

__all__ = ["BatchingModel", "ReplyCache", "open_model", "resolve_spec"]
