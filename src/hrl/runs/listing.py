"""Finding runs: by `latest`, path, name or the beginning or end of a name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hrl.config import given_path
from hrl.errors import RunError
from hrl.runs.directory import LATEST, RunDirectory
from hrl.runs.result import RunResult


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One line of `hrl runs`.

    Attributes:
        status: as in `RunResult`, or `running`, `killed` (no result and no writer), `damaged`.
    """

    run: RunDirectory
    status: str
    message: str
    title: str


def list_runs(root: Path) -> list[RunDirectory]:
    """All runs below `root`, oldest first; an absent root holds none."""
    if not root.is_dir():
        return []
    try:
        entries = sorted(entry for entry in root.iterdir() if entry.is_dir() and not entry.is_symlink())
    except OSError as problem:
        raise RunError(f"{root} cannot be read: {problem.strerror}") from None
    return [RunDirectory.open(entry) for entry in entries if (entry / "config.json").is_file()]


def latest(root: Path) -> RunDirectory:
    """The newest run; RunError where there is none."""
    link = root / LATEST
    if link.is_dir() and (link / "config.json").is_file():
        return RunDirectory.open(link)
    runs = list_runs(root)
    if not runs:
        raise RunError(f"there are no runs in {root}")
    return runs[-1]


def find_run(root: Path, name: str = LATEST) -> RunDirectory:
    """The run that a user means.

    Args:
        root: where the runs lie.
        name: `latest`, a path, a run's name, or a part of one that only one run's name
            starts or ends with.

    Raises:
        RunError: none, or several.
    """
    if name == LATEST:
        return latest(root)
    place = given_path(name, RunError)
    if (root / name).is_dir() and Path(name).name == name:
        return RunDirectory.open(root / name)
    if place.is_dir():
        return RunDirectory.open(place)
    matches = [run for run in list_runs(root) if run.id.startswith(name) or run.id.endswith(name)]
    if not matches:
        raise RunError(f"no run in {root} is called {name!r}")
    if len(matches) > 1:
        raise RunError(f"{len(matches)} runs match {name!r}: {', '.join(run.id for run in matches)}")
    return matches[0]


def summarize(run: RunDirectory) -> RunSummary:
    """How a run stands; never raises for a damaged one."""
    title = _title(run)
    if run.is_live():
        return RunSummary(run, "running", "", title)
    try:
        result = RunResult.read(run)
    except RunError as problem:
        return RunSummary(run, "damaged", str(problem), title)
    if result is None:
        return RunSummary(run, "killed", "it was stopped before its end; `hrl resume` continues it", title)
    return RunSummary(run, result.status, result.message, title)


def _title(run: RunDirectory) -> str:
    try:
        task = run.read_json(run.task)
    except RunError:
        return ""
    return str(task.get("title", "")) if isinstance(task, dict) else ""
