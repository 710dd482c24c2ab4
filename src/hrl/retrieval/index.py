"""The shipped `Retriever`: the task's documents first, the standard library after them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from hrl.retrieval.base import Retriever
from hrl.retrieval.library import library_passages
from hrl.retrieval.passages import split_document
from hrl.retrieval.query import terms
from hrl.retrieval.store import Store, cached, in_memory
from hrl.types import Document, Passage

# A passage that scores below this share of the best one is noise to a small model.
DOCUMENT_SHARE = 0.3
LIBRARY_SHARE = 0.5
# Beside a document's passage, a docstring has to match two of the words, and one in three of many.
LIBRARY_WORDS = 2
LIBRARY_ONE_IN = 3
SHORT_LIST = 16
RECENT = 256  # queries whose answers are kept: every state of an episode asks whether a search would pay


class Index:
    """BM25 over two stores; see `hrl.retrieval.base.Retriever`."""

    def __init__(self, documents: Store | None, library: Store | None) -> None:
        self._documents = documents
        self._library = library
        self._recent = lru_cache(maxsize=RECENT)(self._found)

    @property
    def has_documents(self) -> bool:
        """Whether the task attached documents."""
        return self._documents is not None

    def search(self, query: str, *, limit: int = 3) -> tuple[Passage, ...]:
        """The best passages, best first; documents before docstrings whatever their scores."""
        return self._recent(query, limit)

    def _found(self, query: str, limit: int) -> tuple[Passage, ...]:
        words = terms(query)
        if not words or limit < 1:
            return ()
        found = _near_best([hit for _, hit in _hits(self._documents, words, limit)], DOCUMENT_SHARE)
        if len(found) < limit and self._library is not None:
            needed = max(LIBRARY_WORDS, len(words) // LIBRARY_ONE_IN) if found else 1
            found += _near_best(_covering(self._library, words, needed), LIBRARY_SHARE)
        return tuple(found[:limit])

    def close(self) -> None:
        """Close the stores; idempotent."""
        for store in (self._documents, self._library):
            if store is not None:
                store.close()


def open_index(
    documents: Sequence[Document], *, stdlib: bool = True, cache_dir: Path | None = None
) -> Retriever:
    """Index the documents in memory; open, or build once, the standard library's index.

    Args:
        documents: what the task attached.
        stdlib: whether docstrings are searched too.
        cache_dir: where the library's index is kept; None: the user's cache folder.

    Raises:
        EnvironmentFailure: this Python's SQLite has no FTS5.
    """
    passages = [passage for document in documents for passage in split_document(document)]
    own = in_memory(passages) if documents else None
    library = cached("stdlib", cache_dir, library_passages) if stdlib else None
    return Index(own, library)


def _hits(store: Store | None, words: tuple[str, ...], limit: int) -> list[tuple[int, Passage]]:
    return store.find(words, limit) if store is not None else []


def _near_best(hits: list[Passage], share: float) -> list[Passage]:
    return [hit for hit in hits if hit.score >= share * hits[0].score]


def _covering(store: Store, words: tuple[str, ...], needed: int) -> list[Passage]:
    """Hits that match enough of the words, so that one common word does not drag a docstring in."""
    hits = store.find(words, SHORT_LIST)
    if not hits:
        return []
    holding = [store.matches(word, [row for row, _ in hits]) for word in words]
    return [hit for row, hit in hits if sum(row in rows for rows in holding) >= needed]
