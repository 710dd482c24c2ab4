"""One FTS5 table of passages: building it, keeping the standard library's in the user's cache, asking it."""

from __future__ import annotations

import contextlib
import os
import platform
import sqlite3
import sys
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from hrl.errors import EnvironmentFailure
from hrl.retrieval.query import match_expression, spelled_out
from hrl.types import Passage

SCHEMA = 2
CREATE = (
    "CREATE VIRTUAL TABLE passages USING fts5("
    "heading, body, spelled, source UNINDEXED, tokenize = 'porter unicode61 remove_diacritics 2')"
)
FIND = (
    "SELECT rowid, source, heading, body, -bm25(passages, 3.0, 1.0, 0.5) AS score FROM passages "
    "WHERE passages MATCH ? ORDER BY score DESC, rowid LIMIT ?"
)


class Store:
    """A searchable set of passages over one connection, which a lock shares between threads."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self.close = weakref.finalize(self, connection.close)

    def find(self, words: tuple[str, ...], limit: int) -> list[tuple[int, Passage]]:
        """Row number and passage of the best matches of any of the words, best first."""
        with self._lock, fts5():
            rows = self._connection.execute(FIND, (match_expression(words), limit)).fetchall()
        return [(row[0], Passage(row[1], row[2], row[3], row[4])) for row in rows]

    def matches(self, word: str, rows: Iterable[int]) -> set[int]:
        """Which of the rows hold the word, after stemming."""
        numbers = ",".join(str(int(row)) for row in rows)
        query = f"SELECT rowid FROM passages WHERE passages MATCH ? AND rowid IN ({numbers})"
        with self._lock, fts5():
            return {row[0] for row in self._connection.execute(query, (match_expression((word,)),))}


@contextlib.contextmanager
def fts5() -> Iterator[None]:
    """Turn SQLite's complaint about a missing FTS5 into an environment failure."""
    try:
        yield
    except sqlite3.OperationalError as problem:
        if "fts5" not in str(problem):
            raise
        raise EnvironmentFailure(
            f"search needs SQLite with FTS5, which this Python's SQLite {sqlite3.sqlite_version} lacks; "
            "use a Python that is linked against a full SQLite"
        ) from None


def in_memory(passages: Iterable[Passage]) -> Store:
    """A store that lives as long as this process."""
    return Store(_build(passages))


def _build(passages: Iterable[Passage]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    with fts5(), connection:
        connection.execute(CREATE)
        connection.executemany(
            "INSERT INTO passages (heading, body, spelled, source) VALUES (?, ?, ?, ?)",
            (
                (_utf8(p.heading), _utf8(p.text), spelled_out(f"{p.heading} {p.text}"), _utf8(p.source))
                for p in passages
            ),
        )
    return connection


def _utf8(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def cached(name: str, cache_dir: Path | None, gather: Callable[[], Iterable[Passage]]) -> Store:
    """A store that is built once into the cache and then only read.

    The file is named by the Python version and checked before use. A cache that cannot be written, or holds
    something else, costs time and nothing more: the store is then built in memory.
    """
    folder = cache_dir or default_cache_dir()
    path = folder / f"{name}-python{platform.python_version()}-v{SCHEMA}.sqlite"
    with contextlib.suppress(sqlite3.Error, OSError, ValueError):
        return _reopen(path)
    connection = _build(gather())
    with contextlib.suppress(sqlite3.Error, OSError):
        _save(connection, path)
    return Store(connection)


def default_cache_dir() -> Path:
    """Where this user's caches live on this platform."""
    if given := os.environ.get("XDG_CACHE_HOME"):
        return Path(given) / "hrl"
    if sys.platform == "darwin":
        return Path("~/Library/Caches/hrl").expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", tempfile.gettempdir())) / "hrl" / "cache"
    return Path(os.path.expanduser("~")) / ".cache" / "hrl"  # noqa: PTH111 - Path.home raises without a home


def _reopen(path: Path) -> Store:
    """Open a finished cache file; raises on anything else."""
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (count,) = connection.execute("SELECT count(*) FROM passages WHERE passages MATCH 'the'").fetchone()
        if version != SCHEMA or not count:
            raise ValueError("a foreign cache file")
    except BaseException:
        connection.close()
        raise
    return Store(connection)


def _save(connection: sqlite3.Connection, path: Path) -> None:
    """Write beside the target and rename, so that no other process ever sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        with contextlib.closing(sqlite3.connect(part)) as copy:
            connection.backup(copy)
            copy.execute(f"PRAGMA user_version = {SCHEMA}")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
