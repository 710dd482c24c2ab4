"""Replay: a finished (or broken off) run through the same renderer, at any speed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from rich.console import Console
from rich.live import Live

from hrl.events import Stamped
from hrl.view.folding import fold, fold_all
from hrl.view.render import render
from hrl.view.state import ViewState

LONGEST_PAUSE = 2.0
"""Seconds that nothing is shown to happen, at most: a model that thought for a minute is not waited for."""


def replay(
    events: Iterable[Stamped],
    speed: float,
    console: Console,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> ViewState:
    """Show a run again.

    On a terminal the events come in their own rhythm divided by `speed`; at speed 0, or when the output
    is not a terminal, only the last picture is drawn. The last picture stays.

    Args:
        events: a trace.
        speed: 1 is as it happened, 4 four times as fast, 0 at once.
        console: where to draw.
        sleep: waits that many seconds; replaceable in tests.
    """
    if speed <= 0 or not console.is_terminal or console.is_dumb_terminal:
        state = fold_all(events)
    else:
        state = _animate(events, speed, console, sleep)
    console.print(render(state, console.width))
    return state


def _animate(
    events: Iterable[Stamped], speed: float, console: Console, sleep: Callable[[float], None]
) -> ViewState:
    state = ViewState()
    with Live(console=console, screen=True, auto_refresh=False, redirect_stdout=False) as live:
        for stamped in events:
            pause = min(LONGEST_PAUSE, (stamped.time - state.seen) / speed) if state.started else 0.0
            if pause > 0:
                sleep(pause)
            state = fold(state, stamped)
            width, height = console.size
            live.update(render(state, width, height=height), refresh=True)
        sleep(min(LONGEST_PAUSE, 1.0 / speed))
    return state
