"""The files that a task attaches: read once, as text, and kept inside the task.

Paths are relative to the task file. One that leads elsewhere is allowed and shown by its path, so that
`hrl task check` can say so. The task file itself is never a document: it holds the hidden tests.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from hrl.errors import TaskError
from hrl.types import Document

MAX_BYTES = 10_000_000


def load_documents(
    patterns: Iterable[tuple[str, int]], base: Path | None, itself: Path | None
) -> tuple[Document, ...]:
    """Read what the patterns name, in their order; a file named twice is read once.

    Args:
        patterns: path or glob, and its line in the task file.
        base: folder of the task file.
        itself: the task file.

    Raises:
        TaskError: a document that is missing, empty, binary or too large.
    """
    found: dict[Path, Document] = {}
    for pattern, line in patterns:
        if base is None:
            raise TaskError("documents need a task file that they lie beside", line=line)
        if "\0" in pattern:
            raise TaskError("the name of this document is no path", line=line)
        try:
            for path in _matches(pattern, base, itself, line):
                found.setdefault(path.resolve(), Document(_name(path, base), _text(path, pattern, line)))
        except (OSError, RuntimeError) as problem:
            reason = getattr(problem, "strerror", None) or "its links run in a circle"
            raise TaskError(f"the document `{pattern}` cannot be read: {reason}", line=line) from None
    return tuple(found.values())


def _matches(pattern: str, base: Path, itself: Path | None, line: int) -> Iterator[Path]:
    own = itself.resolve() if itself else None
    literal = base / pattern
    if literal.exists() or not glob.has_magic(pattern):
        if literal.resolve() == own:
            raise TaskError("a task cannot attach itself: it holds the hidden tests", line=line)
        yield literal
        return
    names = sorted(glob.glob(pattern, root_dir=base, recursive=True))  # noqa: PTH207 - root_dir and absolute globs
    paths = [base / name for name in names if (base / name).is_file() and (base / name).resolve() != own]
    if not paths:
        raise TaskError(f"no document matches `{pattern}`", line=line)
    yield from paths


def _name(path: Path, base: Path) -> str:
    name = path.relative_to(base) if path.is_relative_to(base) else path
    return os.path.normpath(name).replace(os.sep, "/").encode("utf-8", "backslashreplace").decode()


def _text(path: Path, pattern: str, line: int) -> str:
    try:
        if path.is_dir():
            raise TaskError(f"the document `{pattern}` is a folder; write `{pattern}/*`", line=line)
        with path.open("rb") as file:  # a device has no size to ask for
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise TaskError(f"the document `{pattern}` does not exist", line=line) from None
    except OSError as problem:
        reason = problem.strerror
        raise TaskError(f"the document `{pattern}` cannot be read: {reason}", line=line) from None
    if len(data) > MAX_BYTES:
        raise TaskError(f"the document `{path.name}` is larger than {MAX_BYTES // 10**6} MB", line=line)
    if b"\0" in data:
        raise TaskError(f"the document `{path.name}` is binary", line=line)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TaskError(f"the document `{path.name}` is not UTF-8 text", line=line) from None
    if not text.strip():
        raise TaskError(f"the document `{path.name}` is empty", line=line)
    return text.replace("\r\n", "\n").replace("\r", "\n")
