"""Where trajectories come from, whatever the level: stored runs, or a policy that is walked."""

from __future__ import annotations

from collections.abc import Sequence

from hrl.analysis import episodes, options
from hrl.analysis.levels import HIERARCHICAL_LEVEL, Level
from hrl.analysis.trajectories import Experience, together
from hrl.policies.base import Policy
from hrl.runs import RunDirectory


def of_runs(runs: Sequence[RunDirectory], level: Level) -> Experience:
    """The stored decisions of a level in at least one run.

    Raises:
        RunError: a run holds none, or was made for other features.
    """
    read = options.of_run if level is HIERARCHICAL_LEVEL else episodes.of_run
    return together([read(run) for run in runs])


def of_walks(policy: Policy, level: Level, count: int, seed: int) -> Experience:
    """A policy on so many scripted drills, or scripted programs for the Hierarchical level.

    Raises:
        SandboxUnavailable: the sandbox, not a program, failed.
    """
    walk = options.of_programs if level is HIERARCHICAL_LEVEL else episodes.of_drills
    return walk(policy, count, seed)
