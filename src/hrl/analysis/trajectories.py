"""What policies did, as arrays: trajectories of either level, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hrl.analysis.levels import Level
from hrl.analysis.states import State
from hrl.events import RunStarted


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """One finished episode: of the Executive, or a whole run of the Hierarchical level.

    Attributes:
        observations: shape `(decisions, features)`, float32.
        masks: shape `(decisions, actions)`, bool.
        actions: shape `(decisions,)`, numbers of the chosen actions.
        solved: by hidden tests where they were opened for this episode, else by its own tests.
    """

    episode: str
    observations: NDArray[np.float32]
    masks: NDArray[np.bool_]
    actions: NDArray[np.int64]
    solved: bool


@dataclass(frozen=True, slots=True, eq=False)
class Experience:
    """Trajectories and where they come from.

    Attributes:
        source: in words.
        judged: which tests say that a trajectory solved its task.
    """

    policy: str
    level: Level
    source: str
    judged: str
    trajectories: tuple[Trajectory, ...]


def named_run(run: str, events: Iterable[Any]) -> str:
    """A run's name with the title of its task, as a source."""
    title = next((event.title for event in events if isinstance(event, RunStarted)), "")
    return f"the run {run}" + (f" ({title})" if title else "")


def together(parts: Sequence[Experience]) -> Experience:
    """Experience of one level, from at least one source, as one."""

    def each(words: Iterable[str]) -> str:
        return ", ".join(dict.fromkeys(words))

    return replace(
        parts[0],
        policy=each(one.policy for one in parts),
        source=each(one.source for one in parts),
        judged=each(one.judged for one in parts),
        trajectories=tuple(one for part in parts for one in part.trajectories),
    )


def visited(*experiences: Experience) -> tuple[State, ...]:
    """Every state that was visited, once a visit."""
    return tuple(
        State(experience.level.in_words(observation), observation, mask)
        for experience in experiences
        for one in experience.trajectories
        for observation, mask in zip(one.observations, one.masks, strict=True)
    )


def alike(trajectories: Sequence[Trajectory]) -> NDArray[np.int64]:
    """A number for each trajectory, the same one for those that are the same, decision by decision."""
    numbers: dict[tuple[bytes, bytes], int] = {}
    same = [(one.observations.tobytes(), one.actions.tobytes()) for one in trajectories]
    return np.array([numbers.setdefault(key, len(numbers)) for key in same], dtype=np.int64)
