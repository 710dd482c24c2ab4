"""The reply cache: a reply that was given once is never asked for again.

Rows are addressed by content (see `model.call_key`), so a cache may be shared between runs and is what
makes `hrl resume` exact. It holds raw replies, not parsed ones: parsing is free and may improve.
Nothing is ever deleted or replaced; the first reply stored under a key stays.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hrl.errors import RunError, StorageFailure
from hrl.llm.backend import Answer
from hrl.types import Usage

_APPLICATION = 0x68726C31
_SCHEMA = """
CREATE TABLE IF NOT EXISTS replies (
    key TEXT PRIMARY KEY, model TEXT NOT NULL,
    text TEXT NOT NULL, finish TEXT NOT NULL, problem TEXT NOT NULL,
    prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, seconds REAL NOT NULL,
    mean_logprob REAL
) WITHOUT ROWID
"""
_COLUMNS = "key, model, text, finish, problem, prompt_tokens, completion_tokens, seconds, mean_logprob"
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class CacheCounts:
    """How often the cache was asked since it was opened."""

    hits: int = 0
    misses: int = 0


class ReplyCache:
    """SQLite (WAL) file of replies; safe for threads and for several processes.

    Args:
        path: the file; None keeps the replies in memory.

    Raises:
        RunError: the file is damaged or is no reply cache.
        StorageFailure: the file cannot be written.
    """

    def __init__(self, path: Path | None) -> None:
        self._place = str(path) if path else "the replies in memory"
        self._lock = threading.Lock()
        self._hits = self._misses = 0
        self._closed = False
        with self._failures():
            # Autocommit: every statement is its own transaction, so that no lock outlives a call.
            self._db = sqlite3.connect(
                path or ":memory:", check_same_thread=False, isolation_level=None, timeout=30.0
            )
        try:
            with self._failures():
                self._prepare()
        except BaseException:
            self._db.close()
            raise

    @property
    def counts(self) -> CacheCounts:
        """Hits and misses so far."""
        with self._lock:
            return CacheCounts(self._hits, self._misses)

    def __len__(self) -> int:
        with self._lock, self._failures():
            count: int = self._db.execute("SELECT count(*) FROM replies").fetchone()[0]
            return count

    def get(self, keys: Iterable[str]) -> dict[str, Answer]:
        """The replies that are there, by key; each key counts as one hit or miss."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, Answer] = {}
        with self._lock, self._failures():
            for start in range(0, len(wanted), _CHUNK):
                found.update(self._rows(wanted[start : start + _CHUNK]))
            self._hits += len(found)
            self._misses += len(wanted) - len(found)
        return found

    def has_all(self, keys: Iterable[str]) -> bool:
        """Whether every key is there; counts nothing."""
        wanted = list(dict.fromkeys(keys))
        with self._lock, self._failures():
            return all(
                self._db.execute("SELECT 1 FROM replies WHERE key = ?", (key,)).fetchone() for key in wanted
            )

    def put(self, model: str, answers: Mapping[str, Answer]) -> None:
        """Store replies durably, in one transaction; keys that exist keep their first reply."""
        rows = [_row(key, model, answer) for key, answer in answers.items()]
        with self._lock, self._failures():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.executemany(
                    f"INSERT OR IGNORE INTO replies ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
                )
                self._db.execute("COMMIT")
            except BaseException:
                # SQLite may have rolled back by itself, for example when the disk is full.
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the file; idempotent."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._db.close()

    def _prepare(self) -> None:
        application = self._db.execute("PRAGMA application_id").fetchone()[0]
        tables = {row[0] for row in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and (application != _APPLICATION or "replies" not in tables):
            raise RunError(f"{self._place} is not a reply cache")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute(_SCHEMA)
        if not tables:
            self._db.execute(f"PRAGMA application_id = {_APPLICATION}")

    def _rows(self, keys: list[str]) -> Iterator[tuple[str, Answer]]:
        places = ", ".join("?" * len(keys))
        for row in self._db.execute(f"SELECT {_COLUMNS} FROM replies WHERE key IN ({places})", keys):
            key, _, text, finish, problem, prompt_tokens, completion_tokens, seconds, mean_logprob = row
            usage = Usage(prompt_tokens, completion_tokens, seconds)
            yield key, Answer(text, usage, finish, mean_logprob, problem)

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Turn SQLite's errors into sentences of this program."""
        try:
            yield
        except sqlite3.OperationalError as problem:
            raise StorageFailure(f"the reply cache {self._place} cannot be used: {problem}") from None
        except sqlite3.DatabaseError as problem:
            raise RunError(f"the reply cache {self._place} is damaged: {problem}") from None


def _row(key: str, model: str, answer: Answer) -> tuple[object, ...]:
    usage = answer.usage
    return (
        key,
        model,
        answer.text,
        answer.finish,
        answer.problem,
        usage.prompt_tokens,
        usage.completion_tokens,
        usage.seconds,
        answer.mean_logprob,
    )
