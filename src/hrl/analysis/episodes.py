"""What the Executive did: its decisions in a stored trace, or from walking scripted drills.

Both come from the same events (`Decided`, `EpisodeFinished`, `HiddenOpened`), so there is one reader.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from hrl.analysis.levels import EXECUTIVE_LEVEL
from hrl.analysis.trajectories import Experience, Trajectory, named_run
from hrl.events import Decided, HiddenOpened, MemoryRecorder
from hrl.executive import Tools, run_episode
from hrl.policies.base import Policy
from hrl.runs import RunDirectory
from hrl.sandbox.base import Limits
from hrl.training.drills import drill_source
from hrl.training.environment import process_sandbox
from hrl.training.exercises import passes_hidden
from hrl.training.from_runs import RunEpisode, episodes, read_episodes
from hrl.training.reports import CachedSandbox
from hrl.view.text import counted


def of_events(events: Iterable[Any]) -> tuple[Trajectory, ...]:
    """Every finished episode with at least one decision, in the order of their beginnings.

    Raises:
        RunError: decisions made on other features than this version's.
    """
    return tuple(map(_trajectory, episodes(events)))


def of_run(run: RunDirectory) -> Experience:
    """The stored decisions of a run of `hrl solve` or `hrl eval`.

    Raises:
        RunError: it has no trace, holds no decision, or was made for other features.
    """
    events, found = read_episodes(run)
    hidden = any(isinstance(event, HiddenOpened) and event.episode for event in events)
    policies = {event.policy: None for event in events if isinstance(event, Decided)}
    return Experience(
        policy=" and ".join(policies),
        level=EXECUTIVE_LEVEL,
        source=named_run(run.id, events),
        judged="hidden tests" if hidden else "the tests that the episode saw",
        trajectories=tuple(map(_trajectory, found)),
    )


def of_drills(policy: Policy, count: int, seed: int) -> Experience:
    """Walk scripted drills on functions that training does not show; a seed's are the same for every policy.

    Raises:
        SandboxUnavailable: the sandbox, not a program, failed.
    """
    source, limits = drill_source(held_out=True), Limits(seconds_per_test=1.0)
    walked: list[Trajectory] = []
    with CachedSandbox(process_sandbox()) as sandbox:
        for number in range(count):
            exercise, recorder = source(np.random.default_rng((seed, number))), MemoryRecorder()
            start = replace(exercise.episode, id=f"{exercise.kind} {number}")
            tools = Tools(
                exercise.model, sandbox, exercise.retriever, recorder, exercise.ledger, limits=limits
            )
            ended = run_episode(start, policy, tools)
            solved = ended.status == "stopped" and passes_hidden(ended, exercise, sandbox, limits)
            walked += [replace(one, solved=solved) for one in of_events(recorder.events)]
    source_name = f"{counted(count, 'scripted drill')} on held-out functions, seed {seed}"
    return Experience(policy.name, EXECUTIVE_LEVEL, source_name, "hidden tests", tuple(walked))


def _trajectory(one: RunEpisode) -> Trajectory:
    return Trajectory(
        episode=one.episode,
        observations=np.array([led.seen for led in one.seen], dtype=np.float32),
        masks=np.array([led.mask for led in one.seen], dtype=np.bool_),
        actions=np.array(one.actions, dtype=np.int64),
        solved=one.solved,
    )
