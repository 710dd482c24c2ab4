"""From what a user wrote to a path that may be asked for."""

from __future__ import annotations

from pathlib import Path

from hrl.errors import BadInput


def given_path(text: str | Path, refused: type[BadInput] = BadInput) -> Path:
    """The path, `~` expanded; afterwards `is_dir`, `is_file` and `exists` of it raise nothing.

    Args:
        text: as the user wrote it.
        refused: what is raised.

    Raises:
        BadInput: `refused`: no such user, a name that no file can have, a directory that must not be read.
    """
    try:
        path = Path(text).expanduser()
        path.exists()
    except (OSError, RuntimeError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem).rstrip(".")
        raise refused(f"{str(text)!r} cannot be a path: {reason}") from None
    return path
