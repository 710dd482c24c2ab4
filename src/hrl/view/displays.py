"""Displays: listeners of the trace that show a run on standard error while it happens.

A display never fails a run: when its terminal goes away it falls silent. The live one draws on the
alternate screen from a thread of its own, at most ten times a second and only when something changed,
so it neither flickers nor breaks when the terminal is resized; what it drew last is summed up below the
prompt when it ends.
"""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Literal, Protocol, Self

from rich.console import Console
from rich.live import Live

from hrl.events import Stamped
from hrl.view.folding import fold
from hrl.view.render import render, summary
from hrl.view.state import ViewState
from hrl.view.text import row

DisplayName = Literal["live", "plain", "none"]
REFRESH_SECONDS = 0.1
CLOCK_SECONDS = 1.0


class Display(Protocol):
    """A listener with a beginning and an end."""

    def __call__(self, stamped: Stamped) -> None:
        """Take one event; never raises."""

    def __enter__(self) -> Self:
        """Begin to show."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the terminal back."""


class NoDisplay:
    """Shows nothing."""

    def __call__(self, stamped: Stamped) -> None:
        """Ignore it."""

    def __enter__(self) -> Self:
        """Nothing to begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to end."""


class PlainDisplay(NoDisplay):
    """One line per event of interest.

    Args:
        console: where to write.
        verbosity: 0 warnings and the end, 1 what happens, 2 every event.
    """

    def __init__(self, console: Console, verbosity: int = 1) -> None:
        self._console = console
        self._verbosity = verbosity
        self._state = ViewState()
        self._lock = threading.Lock()
        self._silent = False

    def __call__(self, stamped: Stamped) -> None:
        """Print the event's line, if it has one at this verbosity."""
        with self._lock:
            told = len(self._state.story)
            self._state = fold(self._state, stamped)
            for line in self._state.story[told:]:
                if line.level <= self._verbosity:
                    self._print(f"[{line.seconds:7.1f}s] {line.text}")

    def _print(self, text: str) -> None:
        if self._silent:
            return
        try:
            self._console.file.write(text + "\n")
            self._console.file.flush()
        except (OSError, ValueError):
            self._silent = True


class LiveDisplay:
    """The live view.

    Args:
        console: a console on a terminal; on anything else only the summary is printed at the end.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._state = ViewState()
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._over = threading.Event()
        self._leaving = threading.Lock()
        self._thread: threading.Thread | None = None
        self._live: Live | None = None

    def __call__(self, stamped: Stamped) -> None:
        """Fold the event; the drawing thread shows it."""
        with self._lock:
            self._state = fold(self._state, stamped)
        self._changed.set()
        if self._state.finished is not None:
            self._leave()  # now: a second Ctrl-C ends the process without coming back here

    def __enter__(self) -> Self:
        """Take the terminal and begin to draw."""
        if self._console.is_terminal and not self._console.is_dumb_terminal:
            # Standard output stays what it is: `--json` streams there.
            self._live = Live(console=self._console, screen=True, auto_refresh=False, redirect_stdout=False)
            self._live.start()
            self._thread = threading.Thread(target=self._draw_until_over, name="hrl-live", daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop drawing, give the terminal back and leave a summary on it."""
        self._leave()

    def _leave(self) -> None:
        """Once; whoever comes second waits until it is done, for the process may end right after."""
        with self._leaving:
            if not self._over.is_set():
                self._over.set()
                self._changed.set()
                self._give_back()

    def _give_back(self) -> None:
        try:
            if self._thread is not None:
                self._thread.join()
        finally:  # also when an impatient Ctrl-C comes in between
            self._stop()

    def _stop(self) -> None:
        try:
            if self._live is not None:
                self._live.stop()
            if self._state.run is not None:
                self._console.print(summary(self._state, self._console.width))
        except (OSError, ValueError):
            self._live = None

    def _draw_until_over(self) -> None:
        while not self._over.is_set():
            self._changed.wait(CLOCK_SECONDS)
            self._changed.clear()
            try:
                self._draw()
            except (OSError, ValueError):
                return
            self._over.wait(REFRESH_SECONDS)

    def _draw(self) -> None:
        with self._lock:
            state = self._state
        width, height = self._console.size
        assert self._live is not None
        self._live.update(render(state, width, height=height, now=time.time()), refresh=True)


def open_display(name: DisplayName, *, console: Console | None = None, verbosity: int = 1) -> Display:
    """The display of that name, on standard error unless a console is given."""
    console = console or Console(stderr=True, markup=False, highlight=False, emoji=False)
    if name == "live":
        return LiveDisplay(console)
    return PlainDisplay(console, verbosity) if name == "plain" else NoDisplay()


def note(console: Console, text: str) -> None:
    """Print one line of ours without markup."""
    console.print(row((text, "")))
