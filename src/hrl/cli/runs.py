"""`hrl runs`: what has been run, newest first."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hrl.events import RunStarted
    from hrl.runs import RunDirectory

STYLES = {
    "solved": "green",
    "measured": "green",
    "unsolved": "red",
    "failed": "red",
    "running": "cyan",
    "damaged": "red",
}


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run as the table and `--json` show it."""

    run: str
    verb: str
    status: str
    started: str
    seconds: float | None
    task: str
    model: str
    tokens: int | None
    message: str
    path: str


def runs(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
    limit: Annotated[
        int, typer.Option("-n", "--limit", min=1, metavar="N", help="Show at most that many.")
    ] = 50,
) -> None:
    """List the runs, newest first."""
    from hrl.config import load_settings
    from hrl.runs import list_runs

    root = load_settings().runs_dir
    rows = [_row(run) for run in list_runs(root)[::-1][:limit]]
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], indent=2))
    elif not rows:
        typer.echo(f"there are no runs in {root} yet", err=True)
    else:
        _table(rows)


def _row(run: RunDirectory) -> RunRow:
    from hrl.runs import RunResult, summarize
    from hrl.view.story import models

    found = summarize(run)
    started = _first_event(run)
    result = RunResult.read(run) if found.status not in ("damaged", "running", "killed") else None
    return RunRow(
        run=run.id,
        verb=started.verb if started is not None else run.id.split("-")[1],
        status=found.status,
        started=_moment(run.id),
        seconds=None if result is None else round(result.seconds, 1),
        task=found.title or (started.title if started is not None else ""),
        model=models(started.models) if started is not None else "",
        tokens=None if result is None else result.usage.tokens,
        message=found.message,
        path=str(run.path),
    )


def _first_event(run: RunDirectory) -> RunStarted | None:
    """How the run began; None where its trace cannot be read."""
    from hrl.errors import RunError
    from hrl.events import RunStarted, read_trace

    try:
        first = next(iter(read_trace(run.events)), None)
    except RunError:
        return None
    return first.event if first is not None and isinstance(first.event, RunStarted) else None


def _moment(name: str) -> str:
    """The time in a run's name, in ISO 8601; "" in a name of another form."""
    try:
        moment = datetime.strptime(name.split("-", maxsplit=1)[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return ""
    return moment.isoformat()


def _table(rows: list[RunRow]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from hrl.view.text import amount, duration, one_line

    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    for name, cells in (("run", 6), ("status", 11), ("started", 11)):
        table.add_column(name, no_wrap=True, min_width=cells)
    for name, share in (("task", 3), ("model", 2)):
        table.add_column(name, no_wrap=True, overflow="ellipsis", ratio=share)
    for name, cells in (("time", 6), ("tokens", 6)):
        table.add_column(name, no_wrap=True, min_width=cells, justify="right")
    for row in rows:
        table.add_row(
            Text(row.run[-6:], "cyan"),
            Text(row.status, STYLES.get(row.status, "yellow")),
            Text(row.started[5:16].replace("T", " ")),
            Text(one_line(row.task, 80)),
            Text(one_line(row.model, 60)),
            Text("" if row.seconds is None else duration(row.seconds)),
            Text("" if row.tokens is None else amount(row.tokens)),
        )
    Console(highlight=False, markup=False, emoji=False).print(table)
