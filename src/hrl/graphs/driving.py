"""One option after the other without LangGraph: what training and measuring drive, around the same functions.

Nothing is checkpointed, and the episodes of an `execute` run one after the other, so that the same replies
give the same result. `hierarchical.py` is the same walk as a machine that can be killed and resumed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hrl.executive import Episode, run_episode
from hrl.graphs import integrating, options, ordering
from hrl.graphs.bench import Workbench
from hrl.graphs.decision import OPTIONS, observe_run, option_mask
from hrl.graphs.state import RunState, applied, first_state
from hrl.policies.base import ActionMask, Observation
from hrl.types import load


@dataclass(frozen=True, slots=True)
class Taken:
    """Where an option led.

    Attributes:
        steps: primitive steps that it lasted, at least 1; episodes of one wave run at the same time, so
            the longest of them counts.
        starts: first states of the Executive's episodes that ran inside it.
    """

    state: RunState
    steps: int = 1
    starts: tuple[Episode, ...] = ()


def sight(state: RunState, bench: Workbench) -> tuple[Observation, ActionMask]:
    """What the Hierarchical policy sees of a state, and which options are legal there."""
    progress = options.consider(state, bench)
    return observe_run(progress, bench.ledger.left()), option_mask(progress)


def run(bench: Workbench) -> tuple[RunState, tuple[str, ...]]:
    """A whole run by the bench's own Hierarchical policy: its last state, and the options that it took.

    Raises:
        EnvironmentFailure: the model or the sandbox, not a program, failed.
    """
    state, taken = first_state(), list[str]()
    while "stop" not in taken:
        state = applied(state, options.choose_option(state, bench))
        taken.append(state["option"])
        state = _TAKE[taken[-1]](state, bench).state
    return state, tuple(taken)


def take(state: RunState, option: str, bench: Workbench) -> Taken:
    """Carry an option out; `stop` freezes the answer and opens the hidden tests.

    Args:
        state: `first_state()`, or what an earlier option led to.
        option: a legal one of `OPTIONS`.
        bench: what it works with.

    Raises:
        ValueError: the option is not legal now.
        EnvironmentFailure: the model or the sandbox, not a program, failed.
    """
    progress = options.consider(state, bench)
    if not option_mask(progress)[OPTIONS.index(option)]:
        raise ValueError(f"{option} is not legal now")
    return _TAKE[option](applied(state, options.chosen(progress, option, bench)), bench)


def _plan(state: RunState, bench: Workbench) -> Taken:
    return Taken(applied(state, options.make_plan(state, bench)))


def _execute(state: RunState, bench: Workbench) -> Taken:
    steps, starts = 0, list[Episode]()
    while True:
        state = applied(state, options.remaining(state, bench))
        wave = ordering.orders(state, bench)
        if not wave:
            return Taken(state, max(1, steps), tuple(starts))
        ended = []
        for order in wave:
            starts.append(load(Episode, order["episode"]))
            ended.append(run_episode(starts[-1], bench.executive_policy, bench.tools()))
            state = applied(state, ordering.take_episode(order, ended[-1]))
        steps += max(episode.steps for episode in ended)


def _integrate(state: RunState, bench: Workbench) -> Taken:
    return Taken(applied(state, integrating.merge_parts(state, bench)))


def _evaluate(state: RunState, bench: Workbench) -> Taken:
    first = options.evaluation_episode(state, bench)
    ended = run_episode(first, bench.executive_policy, bench.tools())
    state = applied(state, options.take_evaluation(state, bench, ended))
    return Taken(state, max(1, ended.steps), (first,))


def _stop(state: RunState, bench: Workbench) -> Taken:
    state = applied(state, options.freeze_answer(state, bench))
    return Taken(applied(state, options.grade(state, bench)))


_TAKE: dict[str, Callable[[RunState, Workbench], Taken]] = {
    "plan": _plan,
    "execute": _execute,
    "integrate": _integrate,
    "evaluate": _evaluate,
    "stop": _stop,
}
