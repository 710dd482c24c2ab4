"""Options that several verbs share, and the display that they choose."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from hrl.events import Stamped
    from hrl.view import Display


class DisplayChoice(StrEnum):
    """How progress is shown on standard error."""

    LIVE = "live"
    PLAIN = "plain"
    NONE = "none"


class SandboxChoice(StrEnum):
    """Where programs run."""

    AUTO = "auto"
    DOCKER = "docker"
    BUBBLEWRAP = "bubblewrap"
    PROCESS = "process"


DisplayOption = Annotated[
    DisplayChoice | None,
    typer.Option("--display", help="How to show progress; default: live on a terminal, plain elsewhere."),
]
DisplayName = Literal["live", "plain", "none"]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Stream the trace's events to standard output as JSON lines.")
]
OutputOption = Annotated[
    str | None, typer.Option("-o", "--output", metavar="PATH", help="Write the program there, not to stdout.")
]
VerboseOption = Annotated[bool, typer.Option("-v", "--verbose", help="Show every event.")]
QuietOption = Annotated[bool, typer.Option("-q", "--quiet", help="Show warnings and the end alone.")]
RunArgument = Annotated[
    str, typer.Argument(metavar="RUN", help="A run's name, a part of it, its path, or latest.")
]


def choose_display(chosen: DisplayChoice | None, *, verbose: bool, quiet: bool) -> Display:
    """The display asked for; without one, live on a terminal that can, plain elsewhere."""
    from hrl.view import open_display

    verbosity = 2 if verbose else 0 if quiet else 1
    return open_display(display_name(chosen, quiet=quiet), verbosity=verbosity)


def display_name(chosen: DisplayChoice | None, *, quiet: bool = False) -> DisplayName:
    """The name of the display asked for."""
    if chosen is not None:
        return chosen.value
    return "live" if _is_live_terminal() and not quiet else "plain"


def json_lines() -> Callable[[Stamped], None]:
    """A listener that prints the trace's own lines; the run goes on when their reader leaves."""
    from hrl.events import to_line

    read = True

    def listener(stamped: Stamped) -> None:
        nonlocal read
        if read:
            try:
                sys.stdout.write(to_line(stamped) + "\n")
                sys.stdout.flush()
            except BrokenPipeError:
                read = False

    return listener


def _is_live_terminal() -> bool:
    return sys.stderr.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")
