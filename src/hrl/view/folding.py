"""`fold`: one small function per event kind; the state before and the event in, the state after out.

No clock and no file is read here; the same list of events always gives the same state. Events that
refer to something unknown (an episode whose beginning is missing from a cut trace) are folded as well
as they can be, because a viewer must open whatever a killed run left behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from hrl import events as ev
from hrl.view.state import EpisodeView, StepView, StoryLine, ViewState
from hrl.view.story import describe

FOCUS_SECONDS = 2.0
"""How long a silent episode keeps the focus while another one moves."""

DOING = {
    "generate": "generating",
    "test": "testing",
    "debug": "debugging",
    "search": "searching",
    "stop": "stopping",
}


def fold(state: ViewState, stamped: ev.Stamped) -> ViewState:
    """The state after one more event."""
    event, time = stamped.event, stamped.time
    if state.started == 0.0:
        state = replace(state, started=time, seen=time)
    if event.kind in FOLDS:
        state = FOLDS[event.kind](state, event, time)
    state = _refocus(replace(state, seen=max(state.seen, time)), getattr(event, "episode", ""), time)
    told = describe(state, event)
    if told is None:
        return state
    text, level = told
    line = StoryLine(state.seconds(), text, level)
    return replace(state, story=(*state.story, line))


def fold_all(events: Iterable[ev.Stamped]) -> ViewState:
    """The state after all of them."""
    state = ViewState()
    for stamped in events:
        state = fold(state, stamped)
    return state


def _refocus(state: ViewState, episode: str, time: float) -> ViewState:
    """Stay with one episode while it moves, so that parallel ones do not make the picture jump."""
    if episode not in state.episodes or episode == state.focus:
        return state
    current = state.focused
    if current is None or current.outcome or time - current.seen > FOCUS_SECONDS:
        return replace(state, focus=episode)
    return state


def _started(state: ViewState, event: ev.RunStarted, time: float) -> ViewState:
    del time
    return replace(state, run=event)


def _resumed(state: ViewState, event: ev.RunResumed, time: float) -> ViewState:
    del event
    idle = state.idle + max(0.0, time - state.seen)
    return replace(state, resumed=state.resumed + 1, idle=idle, finished=None)


def _option(state: ViewState, event: ev.OptionChosen, time: float) -> ViewState:
    del time
    return replace(state, option=event, phase=event.option)


def _planned(state: ViewState, event: ev.PlanMade, time: float) -> ViewState:
    del time
    return replace(state, plan=event.subtasks, plan_source=event.source)


def _episode_started(state: ViewState, event: ev.EpisodeStarted, time: float) -> ViewState:
    others = {key: value for key, value in state.episodes.items() if key != event.episode}
    fresh = EpisodeView(event.episode, event.subtask, event.mode, doing="starting", seen=time)
    return replace(state, episodes={**others, event.episode: fresh})


def _decided(state: ViewState, event: ev.Decided, time: float) -> ViewState:
    episode = state.episodes.get(event.episode) or EpisodeView(event.episode, event.episode)
    earlier = tuple(step for step in episode.steps if step.decision.step < event.step)
    step = StepView(event, at=time, until=time)
    doing = DOING.get(event.action, event.action)
    return _put(state, replace(episode, steps=(*earlier, step), doing=doing, outcome="", seen=time))


def _answered(state: ViewState, event: ev.ModelAnswered, time: float) -> ViewState:
    if event.key not in state.charged:
        state = replace(
            state,
            charged=state.charged | {event.key},
            usage=state.usage + event.usage,
            model_calls=state.model_calls + 1,
        )
    return _amend(
        state,
        event.episode,
        time,
        lambda step: replace(step, usage=step.usage + event.usage, problem=event.problem),
    )


def _candidate(state: ViewState, event: ev.CandidateMade, time: float) -> ViewState:
    return _amend(state, event.episode, time, lambda step: replace(step, candidate=event), doing="written")


def _tested(state: ViewState, event: ev.TestsRun, time: float) -> ViewState:
    if event.key not in state.charged:
        state = replace(state, charged=state.charged | {event.key}, sandbox_runs=state.sandbox_runs + 1)
    seconds = event.report.seconds
    return _amend(
        state,
        event.episode,
        time,
        lambda step: replace(
            step, report=event.report, suite=event.suite, sandbox_seconds=step.sandbox_seconds + seconds
        ),
        doing="tests pass" if event.report.verdict == "pass" else "failed",
    )


def _found(state: ViewState, event: ev.PassagesFound, time: float) -> ViewState:
    return _amend(state, event.episode, time, lambda step: replace(step, passages=event), doing="read")


def _episode_finished(state: ViewState, event: ev.EpisodeFinished, time: float) -> ViewState:
    episode = state.episodes.get(event.episode) or EpisodeView(event.episode, event.subtask)
    return _put(state, replace(episode, outcome=event.outcome, doing=event.outcome, seen=time))


def _integrated(state: ViewState, event: ev.Integrated, time: float) -> ViewState:
    del time
    return replace(state, program=event)


def _evaluated(state: ViewState, event: ev.Evaluated, time: float) -> ViewState:
    del time
    return replace(state, evaluated=event)


def _hidden(state: ViewState, event: ev.HiddenOpened, time: float) -> ViewState:
    del time
    return replace(state, hidden=event, sandbox_runs=state.sandbox_runs + 1)


def _spent(state: ViewState, event: ev.BudgetSpent, time: float) -> ViewState:
    del time
    spent = state.spent if event.resource in state.spent else (*state.spent, event.resource)
    return replace(state, spent=spent)


def _warned(state: ViewState, event: ev.Warned, time: float) -> ViewState:
    del time
    return replace(state, warnings=(*state.warnings, event.message))


def _finished(state: ViewState, event: ev.RunFinished, time: float) -> ViewState:
    del time
    return replace(
        state,
        finished=event,
        usage=event.usage,
        model_calls=event.model_calls,
        sandbox_runs=event.sandbox_runs,
    )


FOLDS: dict[str, Callable[[ViewState, Any, float], ViewState]] = {
    "run.started": _started,
    "run.resumed": _resumed,
    "option.chosen": _option,
    "plan.made": _planned,
    "episode.started": _episode_started,
    "decided": _decided,
    "model.answered": _answered,
    "candidate.made": _candidate,
    "tests.run": _tested,
    "passages.found": _found,
    "episode.finished": _episode_finished,
    "integrated": _integrated,
    "evaluated": _evaluated,
    "hidden.opened": _hidden,
    "budget.spent": _spent,
    "warned": _warned,
    "run.finished": _finished,
}


def _put(state: ViewState, episode: EpisodeView) -> ViewState:
    return replace(state, episodes={**state.episodes, episode.episode: episode})


def _amend(
    state: ViewState,
    name: str,
    time: float,
    change: Callable[[StepView], StepView],
    doing: str | None = None,
) -> ViewState:
    """Change the last step of an episode; an episode without a step is left as it is."""
    episode = state.episodes.get(name)
    if episode is None or not episode.steps:
        return state
    step = replace(change(episode.steps[-1]), until=time)
    return _put(
        state,
        replace(episode, steps=(*episode.steps[:-1], step), doing=doing or episode.doing, seen=time),
    )
