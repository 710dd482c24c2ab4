"""Writing and reading traces. Emitting never ends a run's logic: what cannot be written raises once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError

from hrl.errors import RunError, StorageFailure
from hrl.events.kinds import Event, Stamped
from hrl.types import dump, load


class Recorder(Protocol):
    """Where events go."""

    def emit(self, event: Event) -> None:
        """Record one event; thread-safe."""


@dataclass
class MemoryRecorder:
    """The public double of `Recorder`: keeps events in a list."""

    events: list[Any] = field(default_factory=list)

    def emit(self, event: Event) -> None:
        """Append."""
        self.events.append(event)


class FileRecorder:
    """Appends events to `events.jsonl` and hands each to `listeners`.

    Args:
        path: the trace; an existing one is continued.
        listeners: called with every `Stamped` event, in order, from the emitting thread.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        path: Path,
        listeners: Iterable[Callable[[Stamped], None]] = (),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._listeners = tuple(listeners)
        self._clock = clock
        self._lock = threading.RLock()
        drop_torn_line(path)
        self._seq = path.read_bytes().count(b"\n") if path.exists() else 0
        try:
            self._file = path.open("a", encoding="utf-8")
        except OSError as problem:
            raise StorageFailure(f"the trace {path} cannot be written: {problem}") from None

    def emit(self, event: Event) -> None:
        """Write, flush, and tell the listeners."""
        with self._lock:
            stamped = Stamped(self._seq, self._clock(), event)
            self._seq += 1
            try:
                self._file.write(to_line(stamped) + "\n")
                self._file.flush()
            except OSError as problem:
                raise StorageFailure(f"the trace cannot be written: {problem}") from None
            for listener in self._listeners:
                listener(stamped)

    def close(self) -> None:
        """Close the file; later events raise."""
        self._file.close()


def to_line(stamped: Stamped) -> str:
    """One JSON line without the newline."""
    return json.dumps(dump(stamped), separators=(",", ":"))


def read_trace(path: Path) -> Iterator[Stamped]:
    """All events of a trace; a torn last line (a killed writer) is left out.

    Raises:
        RunError: the file is missing, or a line in the middle is not an event.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise RunError(f"the trace {path} cannot be read: {problem}") from None
    for number, line in enumerate(lines[:-1], start=1):
        try:
            yield load(Stamped, json.loads(line))
        except (ValueError, ValidationError):
            raise RunError(f"line {number} of {path} is not an event of this version") from None


def drop_torn_line(path: Path) -> None:
    """Cut what a killed writer left after the last newline."""
    if not path.exists():
        return
    data = path.read_bytes()
    end = data.rfind(b"\n") + 1
    if end != len(data):
        with path.open("r+b") as file:
            file.truncate(end)
