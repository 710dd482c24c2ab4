"""JSON Lines that a killed writer cannot spoil: a torn last line is cut before anything is added."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hrl.errors import RunError
from hrl.events import drop_torn_line
from hrl.runs.writing import storage_failure


class LineFile:
    """Appends JSON values to a file, one a line, each visible to readers at once; thread-safe.

    Raises:
        StorageFailure: the file cannot be opened or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            drop_torn_line(path)
            self._file = path.open("a", encoding="utf-8", errors="backslashreplace")
        except OSError as problem:
            raise storage_failure(problem, path) from None

    def append(self, value: Any) -> None:
        """Write one line."""
        line = json.dumps(value, separators=(",", ":"))
        with self._lock:
            try:
                self._file.write(line + "\n")
                self._file.flush()
            except OSError as problem:
                raise storage_failure(problem, self._path) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def read_lines(path: Path) -> Iterator[Any]:
    """The values of a `LineFile`; none where there is no file, and without a torn last line.

    Raises:
        RunError: the file cannot be read, or a line in the middle is not JSON.
    """
    if not path.exists():
        return
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise RunError(f"{path} cannot be read: {problem}") from None
    for number, line in enumerate(lines[:-1], start=1):
        try:
            yield json.loads(line)
        except ValueError:
            raise RunError(f"line {number} of {path} is not JSON") from None
