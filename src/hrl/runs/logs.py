"""`log.txt`: what libraries have to say, for as long as a run is written."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from hrl.runs.directory import RunDirectory

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@contextmanager
def logging_to(run: RunDirectory) -> Iterator[None]:
    """Send warnings and errors of every logger to the run's log; a log that cannot be opened ends nothing."""
    try:
        handler: logging.Handler = logging.FileHandler(run.log, encoding="utf-8", errors="backslashreplace")
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()
