"""Stored runs as experience: what the Executive's decisions in `hrl solve`, `eval` and `compare` led to.

One reader of traces for training and for `hrl.analysis`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hrl.config import given_path
from hrl.errors import BadInput, RunError
from hrl.events import (
    Decided,
    EpisodeFinished,
    EpisodeStarted,
    HiddenOpened,
    ModelAnswered,
    PassagesFound,
    TestsRun,
    read_trace,
)
from hrl.executive import EXECUTIVE, Action
from hrl.runs import RunDirectory, find_run
from hrl.training.exercises import StoredExercise
from hrl.training.trajectories import TRAJECTORIES, Led, Trajectories, Tree

_NAMES = tuple(feature.name for feature in EXECUTIVE.features)


@dataclass(frozen=True, slots=True)
class RunEpisode:
    """One finished episode of a run.

    Attributes:
        actions: what was decided, in order.
        seen: the state of each decision, with the costs of the action before it.
        last: costs of the last action.
        solved: by hidden tests where they were opened for this episode, else by its own tests.
    """

    episode: str
    actions: tuple[int, ...]
    seen: tuple[Led, ...]
    last: Led
    solved: bool

    def tree(self) -> Tree:
        """Its outcomes by path; an episode that a budget ended has none for its last action."""
        tree = Tree("run")
        tree.led = {self.actions[:place]: led for place, led in enumerate(self.seen)}
        if self.actions[-1] == Action.STOP:
            tree.led[self.actions] = replace(self.last, seen=self.seen[-1].seen, solved=self.solved)
        return tree


@dataclass
class _Running:
    decided: list[Decided] = field(default_factory=list)
    costs: list[Led] = field(default_factory=list)


_NOTHING = Led((), (), steps=1)


def episodes(events: Iterable[Any]) -> tuple[RunEpisode, ...]:
    """Every finished episode with at least one decision, in the order of their beginnings.

    Raises:
        RunError: decisions made on other features than this version's.
    """
    running: dict[str, _Running] = defaultdict(_Running)
    solved: dict[str, bool] = {}
    for event in events:
        match event:
            case EpisodeStarted(episode=episode):
                running[episode] = _Running()
                solved.pop(episode, None)
            case Decided(episode=episode):
                running[episode].decided.append(event)
                running[episode].costs.append(_NOTHING)
            case EpisodeFinished(episode=episode, outcome=outcome):
                solved[episode] = outcome == "passed"
            case HiddenOpened(episode=episode, report=report) if episode:
                solved[episode] = report.verdict == "pass"
            case ModelAnswered(episode=episode) | TestsRun(episode=episode) | PassagesFound(episode=episode):
                if running[episode].costs:
                    running[episode].costs[-1] = _with(running[episode].costs[-1], event)
    return tuple(
        _episode(name, one, solved[name]) for name, one in running.items() if one.decided and name in solved
    )


def of_runs(paths: Sequence[Path]) -> tuple[StoredExercise, ...]:
    """Exercises of run directories and of trainings that collected live episodes.

    Args:
        paths: directories, of one kind or the other.

    Raises:
        BadInput: one of them is no such directory.
        RunError: it is damaged, holds no decision, or was made for other features.
    """
    found: list[StoredExercise] = []
    for path in paths:
        if (path / TRAJECTORIES).exists():
            found += stored(Trajectories.of(path / TRAJECTORIES, EXECUTIVE))
            continue
        if not path.is_dir():
            raise BadInput(f"{path} is no directory of a run or of a training")
        run = RunDirectory.open(path)
        _, some = read_episodes(run)
        found += [StoredExercise(f"{run.id}/{one.episode}", one.tree()) for one in some]
    return tuple(found)


def read_episodes(run: RunDirectory) -> tuple[list[Any], tuple[RunEpisode, ...]]:
    """A run's events, and its episodes as `episodes` finds them.

    Raises:
        RunError: it has no trace, holds no decision, or was made for other features.
    """
    events = read_events(run)
    found = episodes(events)
    if not found:
        raise RunError(f"the run {run.id} holds no finished episode with a decision of the Executive")
    return events, found


def read_events(run: RunDirectory) -> list[Any]:
    """A run's events, none where it has no trace; RunError where that is damaged."""
    return [stamped.event for stamped in read_trace(run.events)] if run.events.exists() else []


def row_of(values: Mapping[str, float], names: Sequence[str], whose: str, version: int) -> tuple[float, ...]:
    """Stored values in the order of a table.

    Args:
        values: by name.
        names: of the table's features or actions.
        whose: decisions they belong to, for the sentence.
        version: of the table.

    Raises:
        RunError: they are of another table.
    """
    if tuple(values) != tuple(names):
        raise RunError(f"the decisions of {whose} were made on other features than version {version} has")
    return tuple(map(float, values.values()))


def find_directory(root: Path, name: str) -> Path:
    """The directory of a run or of a training that a user means.

    Args:
        root: where the runs lie.
        name: a directory, or whatever `hrl.runs.find_run` takes.

    Raises:
        BadInput: neither.
    """
    place = given_path(name)
    if place.is_dir():
        return place
    try:
        return find_run(root, name).path
    except RunError as problem:
        raise BadInput(f"{name!r} names neither a run nor a directory: {problem}") from None


def stored(trajectories: Trajectories) -> list[StoredExercise]:
    """The exercises that trajectories hold."""
    return [StoredExercise(name, trajectories.tree(name)) for name in trajectories.names()]


def _episode(name: str, one: _Running, solved: bool) -> RunEpisode:
    before = [Led((), ()), *one.costs]
    seen = [
        replace(
            cost,
            seen=row_of(decided.features, _NAMES, name, EXECUTIVE.version),
            legal=tuple(
                place
                for place, legal in enumerate(
                    row_of(decided.mask, EXECUTIVE.actions, name, EXECUTIVE.version)
                )
                if legal
            ),
            passed=bool(decided.features["passed"]),
            share=float(decided.features["best_passed"]),
        )
        for cost, decided in zip(before, one.decided, strict=False)
    ]
    actions = tuple(EXECUTIVE.action(decided.action) for decided in one.decided)
    return RunEpisode(name, actions, tuple(seen), one.costs[-1], solved)


def _with(led: Led, event: ModelAnswered | TestsRun | PassagesFound) -> Led:
    match event:
        case ModelAnswered(usage=usage):
            return replace(led, tokens=led.tokens + usage.tokens, model_calls=led.model_calls + 1)
        case TestsRun(report=report):
            return replace(led, sandbox_runs=led.sandbox_runs + 1, seconds=led.seconds + report.seconds)
    return replace(led, searches=led.searches + 1)
