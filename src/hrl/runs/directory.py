"""One run's directory: its name, its files, and how they are written.

`.hrl/runs/<utc>-<verb>-<slug>-<id>/` holds everything that a run leaves; `latest` beside it is a
symbolic link to the newest. A directory is a run when it holds a `config.json`.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hrl.errors import RunError
from hrl.runs.lock import RunLock, is_locked
from hrl.runs.writing import storage_failure, write_atomic

LATEST = "latest"


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """Paths of one run; the files may not exist yet."""

    path: Path

    @staticmethod
    def create(root: Path, verb: str, slug: str) -> RunDirectory:
        """Make a new, empty run directory below `root` and point `latest` at it.

        Raises:
            StorageFailure: `root` cannot be made or written.
        """
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        name = f"{moment}-{_slug(verb)}-{_slug(slug)}-{secrets.token_hex(3)}"
        path = root.absolute() / name
        try:
            path.mkdir(parents=True)
            _point_latest(root, name)
        except OSError as problem:
            raise storage_failure(problem, path) from None
        return RunDirectory(path)

    @staticmethod
    def open(path: Path) -> RunDirectory:
        """An existing run; RunError where `path` is not one."""
        if not path.is_dir():
            raise RunError(f"there is no run at {path}")
        run = RunDirectory(path.resolve())
        if not run.config.is_file():
            raise RunError(f"{path} is not a run directory: it holds no config.json")
        return run

    @property
    def id(self) -> str:
        """The directory's name; also the checkpoint's thread."""
        return self.path.name

    @property
    def config(self) -> Path:
        """Settings (without secrets), resolved models, version."""
        return self.path / "config.json"

    @property
    def task_text(self) -> Path:
        """The task as the user wrote it."""
        return self.path / "task.md"

    @property
    def task(self) -> Path:
        """The task as it was understood."""
        return self.path / "task.json"

    @property
    def events(self) -> Path:
        """The trace."""
        return self.path / "events.jsonl"

    @property
    def replies(self) -> Path:
        """Every answered model call."""
        return self.path / "replies.sqlite"

    @property
    def checkpoint(self) -> Path:
        """The state machines' checkpoints."""
        return self.path / "checkpoint.sqlite"

    @property
    def solution(self) -> Path:
        """The answer, or the best program so far."""
        return self.path / "solution.py"

    @property
    def rows(self) -> Path:
        """An evaluation's graded answers, one a line."""
        return self.path / "rows.jsonl"

    @property
    def samples(self) -> Path:
        """An evaluation's programs, one a line, in the EvalPlus form."""
        return self.path / "samples.jsonl"

    @property
    def report(self) -> Path:
        """An evaluation's report."""
        return self.path / "report.md"

    @property
    def result(self) -> Path:
        """How the run ended; absent while it runs or after a kill."""
        return self.path / "result.json"

    @property
    def environment(self) -> Path:
        """Versions and machine."""
        return self.path / "env.json"

    @property
    def log(self) -> Path:
        """What the libraries logged, and tracebacks."""
        return self.path / "log.txt"

    def lock(self) -> RunLock:
        """Hold it while writing; see `RunLock`."""
        return RunLock(self.path / "lock")

    def is_live(self) -> bool:
        """Whether a process writes this run now."""
        return is_locked(self.path / "lock")

    def write_text(self, path: Path, text: str) -> None:
        """Write one of this run's files atomically; StorageFailure otherwise."""
        write_atomic(path, text)

    def write_json(self, path: Path, value: Any) -> None:
        """Write plain JSON values atomically, for people to read."""
        write_atomic(path, json.dumps(value, indent=2, sort_keys=True) + "\n")

    def remove(self, path: Path) -> None:
        """Remove one of this run's files if it is there; StorageFailure otherwise."""
        try:
            path.unlink(missing_ok=True)
        except OSError as problem:
            raise storage_failure(problem, path) from None

    def read_json(self, path: Path) -> Any:
        """Read one of this run's JSON files; RunError where it is missing or damaged."""
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise RunError(f"the run {self.id} has no {path.name}") from None
        except (OSError, ValueError) as problem:
            raise RunError(f"{path.name} of the run {self.id} cannot be read: {problem}") from None

    def append_log(self, text: str) -> None:
        """Add to `log.txt`; a log that cannot be written never ends a run."""
        try:
            with self.log.open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text.rstrip("\n") + "\n")
        except OSError:
            return


def _slug(text: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return words[:40].rstrip("-") or "task"


def _point_latest(root: Path, name: str) -> None:
    temporary = root / f".latest-{secrets.token_hex(4)}"
    temporary.symlink_to(name, target_is_directory=True)
    temporary.replace(root / LATEST)
