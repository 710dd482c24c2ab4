"""What `solve` and `resume` share: a run with its displays around it, and the end of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hrl.cli.exits import say
from hrl.cli.options import DisplayChoice, choose_display, json_lines
from hrl.cli.output import deliver
from hrl.errors import BadInput, EnvironmentFailure, HrlError, Interrupted

if TYPE_CHECKING:
    from hrl.events import Stamped
    from hrl.graphs.ending import Outcome
    from hrl.runs import RunDirectory

    Listeners = Sequence[Callable[[Stamped], None]]

RESUMABLE = (EnvironmentFailure.exit_code, Interrupted.exit_code)


def carry_out(
    run: RunDirectory,
    start: Callable[[Listeners], Outcome],
    *,
    place: Path | None,
    display: DisplayChoice | None,
    as_json: bool,
    verbose: bool,
    quiet: bool,
) -> None:
    """Show a run while it happens, hand over its program, and leave with its exit code.

    Whatever ends the run once it goes, the best program so far is handed over.
    """
    shown = choose_display(display, verbose=verbose, quiet=quiet)
    listeners = (shown, json_lines()) if as_json else (shown,)
    try:
        with shown:
            outcome = start(listeners)
    except BadInput:
        raise
    except (Exception, KeyboardInterrupt) as problem:
        code = problem.exit_code if isinstance(problem, HrlError) else HrlError.exit_code
        deliver(run, place, exit_code=code, verified=False, as_json=as_json)
        if code in RESUMABLE:
            say(f"the run is kept; continue it with: hrl resume {run.id}")
        raise
    code = outcome.exit_code
    deliver(run, place, exit_code=code, verified=outcome.verified, as_json=as_json)
    if code == EnvironmentFailure.exit_code:
        say(f"error: {outcome.message}")
    if code in RESUMABLE:
        say(f"the run is kept; continue it with: hrl resume {run.id}")
    elif not quiet:
        say(f"the run is {run.path}")
    raise typer.Exit(code)
