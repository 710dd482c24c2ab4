"""The search action: BM25 over the task's documents, then over the standard library's docstrings.

Everything is SQLite FTS5 on this machine: no embeddings, no network, and the same query always finds the
same passages.
"""

from hrl.retrieval.base import Retriever
from hrl.retrieval.index import open_index

__all__ = ["Retriever", "open_index"]
