"""`hrl view`: a run again, through the renderer that showed it live."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hrl.cli.options import RunArgument, json_lines
from hrl.errors import BadInput, RunError

if TYPE_CHECKING:
    from hrl.events import Stamped


def view(
    run: RunArgument = "latest",
    speed: Annotated[
        float,
        typer.Option(min=0, metavar="X", help="How fast: 1 as it happened, 4 four times as fast, 0 at once."),
    ] = 1.0,
    plain: Annotated[bool, typer.Option("--plain", help="Print one line per event.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the trace's own lines.")] = False,
    html: Annotated[str | None, typer.Option(metavar="FILE", help="Write a page.")] = None,
    svg: Annotated[str | None, typer.Option(metavar="FILE", help="Write a picture.")] = None,
    at: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Stop after the event of this number in the trace.")
    ] = None,
    width: Annotated[
        int, typer.Option(min=40, max=400, metavar="N", help="Columns of the page or the picture.")
    ] = 140,
    height: Annotated[
        int | None,
        typer.Option(min=6, metavar="N", help="Rows of the page or the picture at most; default: all."),
    ] = None,
) -> None:
    """Show a run again: replayed, its end where there is no terminal, as HTML or SVG; or its report."""
    if not as_json and (report := _report(run)) is not None:
        typer.echo(report.read_text(encoding="utf-8"), nl=False)
        return
    events = _trace(run)
    if at is not None:
        events = [stamped for stamped in events if stamped.seq <= at]
    if html is not None or svg is not None:
        _export(events, html, svg, width, height)
    elif as_json:
        show = json_lines()
        for stamped in events:
            show(stamped)
    elif plain:
        _plain(events)
    else:
        from rich.console import Console

        from hrl.view import replay

        replay(events, speed, Console(highlight=False, markup=False, emoji=False))


def _report(name: str) -> Path | None:
    """The report of an evaluation or a comparison; None for every other run, and before there is one."""
    from hrl.benchmarks.comparison import is_comparison
    from hrl.benchmarks.question import is_evaluation
    from hrl.config import given_path, load_settings
    from hrl.runs import find_run

    if given_path(name).is_file():
        return None
    run = find_run(load_settings().runs_dir, name)
    places = [run.report] if is_evaluation(run) else []
    if is_comparison(run):
        places = [run.path / "models.md", run.path / "policies.md"]
    return next((place for place in places if place.is_file()), None)


def _trace(name: str) -> list[Stamped]:
    from hrl.config import given_path, load_settings
    from hrl.events import read_trace
    from hrl.runs import find_run

    given = given_path(name)
    path = given if given.is_file() else find_run(load_settings().runs_dir, name).events
    events = list(read_trace(path))
    if not events:
        raise RunError(f"the trace {path} holds no event yet")
    return events


def _plain(events: list[Stamped]) -> None:
    from rich.console import Console

    from hrl.view import PlainDisplay

    with PlainDisplay(Console()) as display:
        for stamped in events:
            display(stamped)


def _export(events: list[Stamped], html: str | None, svg: str | None, width: int, height: int | None) -> None:
    from hrl.config import given_path
    from hrl.runs import write_atomic
    from hrl.view import export_html, export_svg, fold_all

    state = fold_all(events)
    for place, export in ((html, export_html), (svg, export_svg)):
        if place is None:
            continue
        path = given_path(place)
        if path.is_dir():
            raise BadInput(f"{place} is a directory; name a file")
        write_atomic(path, export(state, width=width, height=height))
        typer.echo(f"wrote {place}", err=True)
