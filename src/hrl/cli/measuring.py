"""What `eval`, `resume` and `compare-models` share: an evaluation with its progress, and the end of it."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hrl.cli.exits import say
from hrl.cli.options import DisplayChoice, display_name
from hrl.cli.progress import EvaluationProgress
from hrl.errors import BadInput, EnvironmentFailure, HrlError, Interrupted

if TYPE_CHECKING:
    from hrl.benchmarks.report import Summary
    from hrl.benchmarks.rows import Row
    from hrl.benchmarks.session import Session
    from hrl.config import Settings

STOPPED = "interrupted; `hrl resume` goes on from here"


def command_line() -> str:
    """What the user typed, for the report."""
    return shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])


def finished(settings: Settings, name: str, benchmark: str) -> Session:
    """A finished evaluation of a benchmark.

    Raises:
        RunError: there is no such run, or it is no evaluation.
        BadInput: it is not finished, or measured something else.
    """
    from hrl.benchmarks.session import opened
    from hrl.runs import RunResult, find_run

    run = find_run(settings.runs_dir, name)
    session = opened(run)
    result = RunResult.read(run)
    if result is None or not result.finished:
        raise BadInput(f"the run {run.id} is not finished; `hrl resume {run.id}` goes on with it")
    if session.question.benchmark != benchmark:
        raise BadInput(f"the run {run.id} measured {session.question.title}, not {benchmark}")
    return session


def measured(
    session: Session,
    *,
    display: DisplayChoice | None,
    as_json: bool,
    quiet: bool,
    fail_under: float | None = None,
    before: tuple[Row, ...] | None = None,
) -> None:
    """Carry an evaluation out, print its figures, and leave with its exit code.

    Args:
        session: what to measure.
        display: how progress is shown.
        quiet: say nothing but the figures.
        as_json: print the summary as one JSON object.
        fail_under: percent of pass@1 below which the exit code is 1.
        before: rows of an earlier grading of the same answers, to name what changed.
    """
    from hrl.benchmarks.handed_in import changes
    from hrl.benchmarks.report import terminal
    from hrl.types import dump

    summary, rows = carry_through(session, display=display, quiet=quiet)
    changed = changes(before, rows) if before is not None else ()
    if as_json:
        told = dump(summary)
        if before is not None:
            told["changed"] = [dump(one) for one in changed]
        typer.echo(json.dumps(told, indent=2))
    else:
        typer.echo(terminal(summary), nl=False)
        for one in changed:
            typer.echo(
                f"changed: {one.problem} #{one.sample}: {one.before} -> {one.after}: {one.message[:200]}"
            )
        if before is not None and not changed:
            typer.echo("no verdict changed")
    if not quiet:
        say(f"the report is {session.run.report}")
    if summary.facts.ungraded:
        say(f"error: {len(summary.facts.ungraded)} answers could not be graded; hrl resume {session.run.id}")
        raise typer.Exit(EnvironmentFailure.exit_code)
    found = summary.measured.overall.pass_at.get(1)
    if fail_under is not None and (found is None or 100 * found.value < fail_under):
        say(f"pass@1 is below {fail_under:g} %")
        raise typer.Exit(1)


def carry_through(
    session: Session, *, display: DisplayChoice | None, quiet: bool, hint: str = ""
) -> tuple[Summary, tuple[Row, ...]]:
    """Answer or grade all, and write the report. Whatever ends it early is recorded, and named as resumable.

    Args:
        session: what to measure.
        display: how progress is shown.
        quiet: show none.
        hint: the run that `hrl resume` should be given; this one where nothing is said.

    Raises:
        BadInput, EnvironmentFailure: see `hrl.benchmarks.evaluate` and `hrl.benchmarks.handed_in`.
        Interrupted: the user stopped it.
    """
    from hrl.benchmarks.ending import conclude, stopped
    from hrl.benchmarks.evaluate import evaluate
    from hrl.benchmarks.handed_in import grade_file, programs_of
    from hrl.benchmarks.session import opened

    shown = "none" if quiet else display_name(display)
    solved = sum(row.solved for row in session.rows)
    asked = len(session.dataset.problems) * session.question.samples
    try:
        graded = programs_of(session) if session.question.grade is not None else None
        total = asked if graded is None else len(graded.submissions)
        with EvaluationProgress(total, done=len(session.rows), solved=solved, display=shown) as progress:
            if graded is None:
                rows = evaluate(session, progress)
                return conclude(session, rows), rows
            found = grade_file(session, graded, progress)
        summary = conclude(
            session, found.rows, missing=found.missing, ungraded=found.ungraded, notes=found.notes
        )
        return summary, found.rows
    except (HrlError, KeyboardInterrupt) as problem:
        ended = problem if isinstance(problem, HrlError) else Interrupted(STOPPED)
        stopped(session, opened(session.run).rows, ended)
        if ended.exit_code in (EnvironmentFailure.exit_code, Interrupted.exit_code):
            say(f"every graded answer is kept; continue with: hrl resume {hint or session.run.id}")
        raise ended from None
