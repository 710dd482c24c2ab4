"""One event as one line of plain words: the plain display, the log beside the live view, the exports.

The lines are a stable interface for pipes and CI: ASCII words of ours around cleaned texts of the trace.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hrl import events as ev
from hrl.types import TestReport
from hrl.view.text import counted, one_line

if TYPE_CHECKING:
    from hrl.view.state import ViewState

Told = tuple[str, int]


def describe(state: ViewState, event: Any) -> Told | None:
    """The line and its level (0 always, 1 normal, 2 verbose); None for an unknown kind of event."""
    teller = _TELLERS.get(event.kind)
    if teller is None:
        return None
    text, level = teller(state, event)
    return one_line(text, 400), level


def models(names: dict[str, str]) -> str:
    """`bundled`, or `planner a, executive b` when roles differ."""
    if len(set(names.values())) <= 1:
        return next(iter(names.values()), "no model")
    return ", ".join(f"{role} {name}" for role, name in names.items())


def isolation(run: ev.RunStarted) -> str:
    """How well the sandbox isolates, without its name once more."""
    return run.isolation.removeprefix(f"{run.sandbox}: ")


def _started(state: ViewState, event: ev.RunStarted) -> Told:
    del state
    machine = (
        f"model {models(event.models)}, policy {event.policy}, sandbox {event.sandbox} ({isolation(event)})"
    )
    return f"{event.verb} {event.title!r}: {machine}", 0


def _resumed(state: ViewState, event: ev.RunResumed) -> Told:
    del state
    skipped = "; ".join(event.skipped) or "nothing was finished"
    return f"resumed: {skipped}; answers kept: {event.cached_replies}", 0


def _option(state: ViewState, event: ev.OptionChosen) -> Told:
    del state
    correction = f" (correction {event.cycle})" if event.cycle else ""
    return f"option {event.option}{correction}", 1


def _planned(state: ViewState, event: ev.PlanMade) -> Told:
    del state
    parts = [
        part.name + (f" <- {' '.join(part.depends_on)}" if part.depends_on else "") for part in event.subtasks
    ]
    return f"plan ({event.source}) of {counted(len(parts), 'subtask')}: {', '.join(parts)}", 1


def _refused(state: ViewState, event: ev.PlanRefused) -> Told:
    del state
    return f"plan refused: {event.reason}", 1


def _episode(state: ViewState, event: ev.EpisodeStarted) -> Told:
    del state
    return f"{event.subtask}: episode starts ({event.mode})", 2


def _decided(state: ViewState, event: ev.Decided) -> Told:
    value = "" if event.values is None else f", Q {event.values.get(event.action, 0.0):.2f}"
    return f"{state.name_of(event.episode)}: {event.action} (step {event.step}{value})", 1


def _answered(state: ViewState, event: ev.ModelAnswered) -> Told:
    cost = f"{counted(event.usage.tokens, 'token')}, {event.usage.seconds:.1f} s"
    extra = (", from the cache" if event.cached else "") + (
        f", batch of {event.batch}" if event.batch > 1 else ""
    )
    where = state.name_of(event.episode) or event.request
    text = f"{where}: model answered {event.request} with {event.reply} ({cost}{extra})"
    return (f"{text}: {event.problem}", 1) if event.problem else (text, 2)


def _candidate(state: ViewState, event: ev.CandidateMade) -> Told:
    lines = counted(len(event.code.splitlines()), "line")
    seen = ", seen before" if event.duplicate else ""
    return f"{state.name_of(event.episode)}: candidate {event.digest[:8]} by {event.origin}, {lines}{seen}", 2


def _tested(state: ViewState, event: ev.TestsRun) -> Told:
    suite = "self-written tests" if event.suite == "self" else "tests"
    return f"{state.name_of(event.episode)}: {suite} {score(event.report)}{_why(event.report)}", 1


def _found(state: ViewState, event: ev.PassagesFound) -> Told:
    places = ", ".join(f"{passage.source}: {passage.heading}" for passage in event.passages) or "nothing"
    return f"{state.name_of(event.episode)}: search {one_line(event.query, 60)!r} found {places}", 1


def _episode_finished(state: ViewState, event: ev.EpisodeFinished) -> Told:
    name = state.name_of(event.episode) or event.subtask
    return f"{name}: {event.outcome} after {counted(event.steps, 'step')}", 1


def _integrated(state: ViewState, event: ev.Integrated) -> Told:
    del state
    notes = f"; {'; '.join(event.notes)}" if event.notes else ""
    return f"integrated by {event.method}: {counted(len(event.code.splitlines()), 'line')}{notes}", 1


def _evaluated(state: ViewState, event: ev.Evaluated) -> Told:
    del state
    parts = [
        f"{name} {score(report)}{_why(report)}"
        for name, report in (("visible", event.visible), ("self-written", event.self_written))
        if report is not None
    ]
    return f"evaluated: {', '.join(parts) or 'no tests'}", 1


def _hidden(state: ViewState, event: ev.HiddenOpened) -> Told:
    del state
    return (
        f"hidden tests, opened {counted(event.count, 'time')}: {score(event.report)}{_why(event.report)}",
        1,
    )


def _spent(state: ViewState, event: ev.BudgetSpent) -> Told:
    del state
    return f"budget of {event.resource.replace('_', ' ')} is spent", 0


def _warned(state: ViewState, event: ev.Warned) -> Told:
    del state
    return f"warning: {event.message}", 0


def _finished(state: ViewState, event: ev.RunFinished) -> Told:
    del state
    cost = (
        f"{counted(event.usage.tokens, 'token')} in {counted(event.model_calls, 'model call')}, "
        f"{counted(event.sandbox_runs, 'sandbox run')}, {event.seconds:.1f} s"
    )
    verified = "verified" if event.verified else "unverified"
    status = f"{event.status}, {verified}" if event.status == "solved" else event.status
    return f"{status}: {cost}" + (f"; {event.message}" if event.message else ""), 0


def score(report: TestReport) -> str:
    """`pass 3/3`, `fail 2/3`, `timeout 0/3`."""
    return f"{report.verdict} {report.passed}/{report.total}"


def _why(report: TestReport) -> str:
    first = next((outcome for outcome in report.outcomes if outcome.status != "pass"), None)
    if report.verdict == "pass":
        return ""
    if first is None:
        return f": {one_line(report.message, 120)}" if report.message else ""
    reason = first.message or (
        f"expected {first.expected}, got {first.got}" if first.got else first.error_class
    )
    return f": {one_line(first.name, 80)}" + (f": {one_line(reason, 120)}" if reason else "")


_TELLERS: dict[str, Callable[[Any, Any], Told]] = {
    "run.started": _started,
    "run.resumed": _resumed,
    "option.chosen": _option,
    "plan.made": _planned,
    "plan.refused": _refused,
    "episode.started": _episode,
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
