"""`render`: a `ViewState` as one rich renderable, for every place that shows a run.

Narrow screens stack the blocks; from 110 columns on the plan, the budget and the log stand left of the
decision, the code and the tests. A height makes the blocks share it; without one nothing is left out.
"""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table

from hrl.view import cards, overview
from hrl.view.blocks import Block, fit
from hrl.view.state import EpisodeView, StepView, ViewState

WIDE = 110
SHORT, LOW = 26, 16


def render(
    state: ViewState, width: int, *, height: int | None = None, now: float | None = None
) -> RenderableType:
    """Draw a run.

    Args:
        state: what to draw.
        width: columns to use.
        height: rows to use at most; None draws everything.
        now: seconds since the epoch, for the clock of a run that goes on; None: the last event's time.
    """
    at = state.seen if now is None else max(now, state.seen)
    width = max(width, 40)
    short = height is not None and height < SHORT
    top = [overview.header(state, width, at, short)]
    bottom = [block for block in (overview.verdict(state, width),) if block is not None]
    if width >= WIDE and (height is None or height >= LOW):
        return _columns(state, width, height, at, top, bottom)
    middle = [
        overview.plan(state, width),
        *_work(state, width, at, height is None),
        overview.budget(state, width, at, short),
    ]
    log = overview.story(state, height)
    blocks = [*top, *middle, *([log] if log is not None else []), *bottom]
    return Group(*(block.drawn(width) for block in fit(blocks, height)))


def summary(state: ViewState, width: int) -> RenderableType:
    """What stays on the terminal when a run has ended: header, plan and verdict."""
    blocks = [
        overview.header(state, width, state.seen, False),
        overview.plan(state, width),
        overview.verdict(state, width) or overview.budget(state, width, state.seen),
    ]
    return Group(*(block.drawn(width) for block in blocks))


def _columns(
    state: ViewState, width: int, height: int | None, now: float, top: list[Block], bottom: list[Block]
) -> RenderableType:
    left_width = min(64, width * 2 // 5)
    right_width = width - left_width
    inner = None if height is None else height - sum(block.least for block in (*top, *bottom))
    left = [overview.plan(state, left_width), overview.budget(state, left_width, now)]
    log = overview.story(state, height)
    left += [log] if log is not None else []
    right = _work(state, right_width, now, height is None)
    grid = Table.grid(padding=0)
    grid.add_column(width=left_width)
    grid.add_column(width=right_width)
    if inner is None or inner > 3:
        grid.add_row(
            Group(*(block.drawn(left_width) for block in fit(left, inner))),
            Group(*(block.drawn(right_width) for block in fit(right, inner))),
        )
    return Group(*(block.drawn(width) for block in top), grid, *(block.drawn(width) for block in bottom))


def _work(state: ViewState, width: int, now: float, whole: bool) -> list[Block]:
    """What is being done: the decision in focus with its code, tests and passages; or the program."""
    episode = state.focused
    blocks: list[Block | None] = []
    if episode is not None and state.finished is None:
        blocks.append(cards.decision(episode, width, now))
    blocks.append(_tests(state, episode, width))
    blocks.append(_code(state, episode, width))
    if state.finished is not None and whole:
        blocks.append(cards.history(state))
    elif episode is not None and state.finished is None:
        blocks += [cards.passages(step, width) for step in _last_search(episode)]
    return [block for block in blocks if block is not None]


def _code(state: ViewState, episode: EpisodeView | None, width: int) -> Block | None:
    merged = state.program
    over = state.finished is not None or (episode is not None and episode.mode == "evaluate")
    candidates = () if episode is None else episode.candidates
    if merged is not None and (over or state.phase in ("integrate", "evaluate")):
        latest = candidates[-1].code if candidates and episode and episode.mode == "evaluate" else merged.code
        changed = merged.code if latest != merged.code else None
        return cards.code("solution.py", latest, changed, "repair" if changed else merged.method)
    if not candidates or episode is None:
        return None
    last = candidates[-1]
    previous = candidates[-2].code if last.origin == "debug" and len(candidates) > 1 else None
    return cards.code(episode.subtask, last.code, previous, last.origin)


def _tests(state: ViewState, episode: EpisodeView | None, width: int) -> Block | None:
    if state.finished is not None and state.hidden is not None:
        return cards.tests(state.hidden.report, "hidden tests", width)
    if state.finished is not None and state.evaluated is not None:
        ours, mine = state.evaluated.visible, state.evaluated.self_written
        if ours is not None or mine is not None:
            report = ours if ours is not None else mine
            assert report is not None
            return cards.tests(report, "tests" if ours is not None else "self-written tests", width)
    newer = False
    for step in reversed(() if episode is None else episode.steps):
        if step.report is not None:
            suite = "self-written tests" if step.suite == "self" else "tests"
            return cards.tests(step.report, f"{suite} before this change:" if newer else suite, width)
        newer = newer or step.candidate is not None
    return None


def _last_search(episode: EpisodeView) -> list[StepView]:
    found = [step for step in episode.steps if step.passages is not None]
    return found[-1:]
