"""The checkpoint file: SQLite, written after every node, read back as plain JSON values and nothing else.

The serialiser's list of allowed types is empty: whatever a damaged or foreign file holds, no object is
built from it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from hrl.errors import RunError, StorageFailure


@contextmanager
def open_checkpoints(path: Path) -> Iterator[SqliteSaver]:
    """The saver of one run.

    Raises:
        RunError: the file is damaged or is no checkpoint file.
        StorageFailure: it cannot be written; also raised from inside the block.
    """
    with sqlite_errors(path), closing(_connect(path)) as connection:
        _check(connection, path)
        saver = SqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=[]))
        saver.setup()
        yield saver


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into this program's sentences."""
    try:
        yield
    except sqlite3.OperationalError as problem:
        raise StorageFailure(f"{path} cannot be written: {problem}") from None
    except sqlite3.DatabaseError as problem:
        raise RunError(f"the checkpoint {path} is damaged: {problem}") from None


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, check_same_thread=False, timeout=30.0)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise RunError(f"the checkpoint {path} is damaged: {verdict}")
