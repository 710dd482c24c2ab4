"""What the Hierarchical policy did: the options of a stored run, or of walking scripted programs.

A run is one trajectory. Both come from the same events (`OptionChosen`, `Evaluated`, `HiddenOpened`), so
there is one reader.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from hrl.analysis.levels import HIERARCHICAL_LEVEL
from hrl.analysis.trajectories import Experience, Trajectory, named_run
from hrl.analysis.words import count as times
from hrl.errors import RunError
from hrl.events import Evaluated, HiddenOpened, MemoryRecorder, OptionChosen
from hrl.graphs.decision import HIERARCHICAL, OPTIONS
from hrl.graphs.driving import run as drive
from hrl.policies.base import Policy
from hrl.runs import RunDirectory
from hrl.training.from_runs import read_events, row_of
from hrl.training.option_environment import scripted_workshop
from hrl.training.scripted_programs import ScriptedPrograms
from hrl.view.text import counted

_FEATURES = tuple(feature.name for feature in HIERARCHICAL.features)


def of_events(events: Iterable[Any], run: str) -> Trajectory:
    """The options of a run, up to its stop.

    A run that was killed may choose again what it had chosen when it goes on: the later choice counts.

    Args:
        events: of its trace.
        run: its name.

    Raises:
        RunError: no option was chosen, the last one was not `stop`, or what the policy saw was not stored
            or is not what this version's features are.
    """
    chosen: list[OptionChosen] = []
    solved = False
    for event in events:
        match event:
            case OptionChosen():
                chosen = [*chosen[: _number(event, run)], event]
            case Evaluated(visible=visible, self_written=written):
                report = visible or written
                solved = solved or (report is not None and report.verdict == "pass")
            case HiddenOpened(report=report, episode=""):
                solved = report.verdict == "pass"
    if not chosen:
        raise RunError(
            f"the run {run} holds no decision of the Hierarchical level; only hrl solve makes them"
        )
    if chosen[-1].option != "stop":
        raise RunError(f"the run {run} did not come to its stop; hrl resume goes on with it")
    return Trajectory(
        episode=run,
        observations=np.array([_seen(event, run) for event in chosen], dtype=np.float32),
        masks=np.array([_row(event.mask, OPTIONS, run) for event in chosen], dtype=np.bool_),
        actions=np.array([OPTIONS.index(event.option) for event in chosen], dtype=np.int64),
        solved=solved,
    )


def of_run(run: RunDirectory) -> Experience:
    """The stored options of a run of `hrl solve`.

    Raises:
        RunError: it has no trace, or `of_events` refuses it.
    """
    events = read_events(run)
    hidden = any(isinstance(event, HiddenOpened) and not event.episode for event in events)
    policies = {event.policy: None for event in events if isinstance(event, OptionChosen)}
    return Experience(
        policy=" and ".join(policies),
        level=HIERARCHICAL_LEVEL,
        source=named_run(run.id, events),
        judged="hidden tests" if hidden else "the tests that the run saw",
        trajectories=(of_events(events, run.id),),
    )


def of_programs(policy: Policy, count: int, seed: int) -> Experience:
    """Walk scripted programs that training does not show; a seed's are the same for every policy.

    Raises:
        SandboxUnavailable: the sandbox, not a program, failed.
    """
    source, walked = ScriptedPrograms(held_out=True), list[Trajectory]()
    with scripted_workshop() as workshop:
        for number in range(count):
            program, recorder = source(np.random.default_rng((seed, number))), MemoryRecorder()
            drive(workshop.bench(program, policy, recorder))
            walked.append(of_events(recorder.events, f"{program.kind} {number}"))
    source_name = f"{counted(count, 'scripted program')} held out of training, seed {seed}"
    return Experience(policy.name, HIERARCHICAL_LEVEL, source_name, "hidden tests", tuple(walked))


def _number(event: OptionChosen, run: str) -> int:
    """How many options had been chosen before."""
    seen = np.array(_seen(event, run), dtype=np.float32)
    return sum(times(seen, HIERARCHICAL, f"{option}_count") for option in OPTIONS[:-1])


def _seen(event: OptionChosen, run: str) -> tuple[float, ...]:
    if not event.features:
        raise RunError(
            f"the run {run} is of an older hrl, which did not store what the Hierarchical policy saw"
        )
    return _row(event.features, _FEATURES, run)


def _row(values: dict[str, float] | dict[str, bool], names: tuple[str, ...], run: str) -> tuple[float, ...]:
    return row_of(values, names, f"the run {run}", HIERARCHICAL.version)
