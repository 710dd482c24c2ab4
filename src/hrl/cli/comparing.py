"""What `compare`, `compare-models` and `resume` share: evaluations one after the other, then their table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from hrl.cli.exits import say
from hrl.cli.measuring import carry_through
from hrl.cli.options import DisplayChoice
from hrl.errors import EnvironmentFailure, HrlError, Interrupted

if TYPE_CHECKING:
    from hrl.benchmarks.comparison import Comparison
    from hrl.benchmarks.rows import Row
    from hrl.config import Settings
    from hrl.runs import RunDirectory

    Measured = list[tuple[str, tuple[Row, ...]]]


def compare_all(
    comparison: Comparison,
    settings: Settings,
    *,
    display: DisplayChoice | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Keep in a directory of its own what is compared, then carry it out; raises as `carry_comparison`."""
    from hrl.benchmarks.comparison import write_comparison_plan
    from hrl.runs import RunDirectory

    run = RunDirectory.create(settings.runs_dir, "compare", comparison.question.title)
    write_comparison_plan(run, comparison, settings)
    with run.lock():
        carry_comparison(run, display=display, as_json=as_json, quiet=quiet)


def carry_comparison(run: RunDirectory, *, display: DisplayChoice | None, as_json: bool, quiet: bool) -> None:
    """Finish every evaluation that is not finished, then print and store the table.

    Raises:
        BadInput, EnvironmentFailure: see `hrl.cli.measuring.carry_through`.
        Interrupted: the user stopped it; `hrl resume` goes on.
    """
    from hrl.benchmarks.comparison import read_comparison_plan, session_of, write_comparison_plan

    comparison, settings = read_comparison_plan(run)
    found: Measured = []
    for place, entry in enumerate(comparison.entries):
        session, done = session_of(entry, comparison, settings)
        if done:
            found.append((entry.name, session.in_order(list(session.rows))))
            continue
        comparison = comparison.with_run(place, session.run)
        write_comparison_plan(run, comparison, settings)
        if not quiet:
            changes = ", ".join(f"{name} {value}" for name, value in entry.changes.items())
            say(f"{place + 1} of {len(comparison.entries)}: {changes}")
        try:
            summary, rows = carry_through(session, display=display, quiet=quiet, hint=run.id)
        except HrlError as problem:
            _record(run, comparison, problem)
            raise
        if summary.facts.ungraded:
            lost = EnvironmentFailure(f"answers of {entry.name} could not be graded: hrl resume {run.id}")
            _record(run, comparison, lost)
            raise lost
        found.append((entry.name, rows))
    text, told = _table(run, comparison, settings, found)
    _record(run, comparison, None)
    typer.echo(json.dumps(told, indent=2) if as_json else text, nl=as_json)
    if not quiet:
        say(f"table and picture are in {run.path}")


def _table(
    run: RunDirectory, comparison: Comparison, settings: Settings, found: Measured
) -> tuple[str, object]:
    """The table as text and as data; it is stored too."""
    from hrl.types import dump

    if comparison.kind == "models":
        from hrl.benchmarks.models import ModelRun, comparison_markdown, write_comparison

        models = write_comparison(
            run.path, [ModelRun(name, rows) for name, rows in found], seed=settings.seed
        )
        return comparison_markdown(models), dump(models)
    from hrl.benchmarks.policies import PolicyRun, compare_policies, policies_markdown, write_policies

    names = dict.fromkeys(name for name, _ in found)
    runs = [PolicyRun(name, tuple(rows for own, rows in found if own == name)) for name in names]
    question = comparison.question
    told = f"{question.protocol}: {question.named_protocol.sentence}"
    table = compare_policies(runs, protocol=told, seed=settings.seed)
    write_policies(run.path, table)
    return policies_markdown(table), dump(table)


def _record(run: RunDirectory, comparison: Comparison, problem: HrlError | None) -> None:
    """`result.json`, so that `hrl runs` and `hrl resume` know how it stands."""
    from hrl import __version__
    from hrl.runs import RunResult
    from hrl.types import Usage

    status = "measured"
    if problem is not None:
        status = "interrupted" if isinstance(problem, Interrupted) else "failed"
    names = ", ".join(dict.fromkeys(entry.name for entry in comparison.entries))
    RunResult(
        status=status,
        exit_code=0 if problem is None else problem.exit_code,
        verified=problem is None,
        message=f"{comparison.question.title}: {names}" if problem is None else str(problem),
        task_id=comparison.question.benchmark,
        entry_point=None,
        verdict=None,
        hidden_opened=0,
        usage=Usage(),
        model_calls=0,
        sandbox_runs=0,
        seconds=0.0,
        protocol=comparison.question.protocol,
        version=__version__,
    ).write(run)
