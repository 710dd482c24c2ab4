"""Writes that a crash cannot tear: a temporary file, fsync, rename, fsync of the directory."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from hrl.errors import StorageFailure

_SENTENCES = {
    errno.ENOSPC: "no space is left to write {path}",
    errno.EDQUOT: "the disk quota is used up: {path} cannot be written",
    errno.EACCES: "{path} cannot be written: permission denied",
    errno.EPERM: "{path} cannot be written: permission denied",
    errno.EROFS: "{path} cannot be written: the file system is read-only",
    errno.ENOTDIR: "{path} cannot be written: a part of its path is not a directory",
    errno.EFBIG: "{path} cannot be written: the file would be larger than allowed",
}


def storage_failure(problem: OSError, path: Path) -> StorageFailure:
    """An operating system's refusal as one clear sentence."""
    sentence = _SENTENCES.get(problem.errno or 0, "{path} cannot be written: {reason}")
    return StorageFailure(sentence.format(path=path, reason=problem.strerror or problem))


def write_atomic(path: Path, content: str | bytes) -> None:
    """Replace `path` by `content`: afterwards it is the old file or the new one, never a part.

    Raises:
        StorageFailure: no space, no permission; the old file is untouched.
    """
    data = content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as problem:
        raise storage_failure(problem, path) from None
    temporary = Path(name)
    try:
        _fill(descriptor, data)
        temporary.replace(path)
        sync_directory(path.parent)
    except OSError as problem:
        temporary.unlink(missing_ok=True)
        raise storage_failure(problem, path) from None


def _fill(descriptor: int, data: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        os.fchmod(file.fileno(), 0o644)


def sync_directory(path: Path) -> None:
    """Make a rename in `path` survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
